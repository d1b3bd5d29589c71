/** `npm run docs`: writes docs/errors.md and the pages of docs/reference/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { componentDefinitions } from '../src/components';
import { componentReference } from './component-reference';
import { errorReference } from './error-reference';

mkdirSync('docs/reference', { recursive: true });
writeFileSync('docs/reference/components.md', componentReference(componentDefinitions));
writeFileSync('docs/errors.md', errorReference());
