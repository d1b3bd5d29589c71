import { componentDefinitions } from '../../../src/components';
import type { Components } from '../../../src/builder/page/form/shape';
import { ComponentRegistry } from '../../../src/manifest/component-registry';
import { manifestSchema } from '../../../src/manifest/component-schema';

/** The definitions that the server gives to the page. */
export const components = manifestSchema(new ComponentRegistry(componentDefinitions), 'DeclarativeSource').definitions as Components;
