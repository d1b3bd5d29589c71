import { xmlCases } from './cases/xml-cases';
import { testCases } from './test-cases';

testCases(xmlCases);
