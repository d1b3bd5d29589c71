/** Prints the JSON Schema of manifests, for editors and for the comparison with the reference. */
import { componentDefinitions } from '../src/components';
import { ComponentRegistry } from '../src/manifest/component-registry';
import { manifestSchema } from '../src/manifest/component-schema';

process.stdout.write(`${JSON.stringify(manifestSchema(new ComponentRegistry(componentDefinitions), 'DeclarativeSource'), null, 2)}\n`);
