import { csvCases } from './cases/csv-cases';
import { jsonCases } from './cases/json-cases';
import { xmlCases } from './cases/xml-cases';
import { testCases } from './test-cases';

// The machine has no WebAssembly SIMD.
jest.mock('../../src/decode/wasm/with-wasm', () => ({ withWasm: () => undefined }));

describe('CSV', () => testCases(csvCases));
describe('JSON', () => testCases(jsonCases));
describe('XML', () => testCases(xmlCases));
