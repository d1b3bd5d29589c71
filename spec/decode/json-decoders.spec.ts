import { jsonCases } from './cases/json-cases';
import { testCases } from './test-cases';

testCases(jsonCases);
