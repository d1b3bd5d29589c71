/** `npm run docs`: writes the pages of docs/reference/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { componentDefinitions } from '../src/components';
import { componentReference } from './component-reference';

mkdirSync('docs/reference', { recursive: true });
writeFileSync('docs/reference/components.md', componentReference(componentDefinitions));
