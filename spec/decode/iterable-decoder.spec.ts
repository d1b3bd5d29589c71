import { textCases } from './cases/text-cases';
import { testCases } from './test-cases';

testCases(textCases);
