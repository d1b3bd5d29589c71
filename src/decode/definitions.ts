import type { AnyComponentDefinition } from '../manifest/define-component';
import { gzipDecoder } from './compression/gzip-decoder';
import { zipfileDecoder } from './compression/zipfile-decoder';
import { csvDecoder } from './csv/csv-decoder';
import { iterableDecoder } from './iterable-decoder';
import { jsonDecoder } from './json/json-decoder';
import { jsonItemsDecoder } from './json/json-items-decoder';
import { jsonlDecoder } from './json/jsonl-decoder';
import { xmlDecoder } from './xml/xml-decoder';

/** Every component that this room offers to manifests. */
export const decodeDefinitions: readonly AnyComponentDefinition[] = [
  csvDecoder,
  gzipDecoder,
  iterableDecoder,
  jsonDecoder,
  jsonItemsDecoder,
  jsonlDecoder,
  xmlDecoder,
  zipfileDecoder,
];
