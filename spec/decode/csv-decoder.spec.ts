import { csvCases } from './cases/csv-cases';
import { testCases } from './test-cases';

testCases(csvCases);
