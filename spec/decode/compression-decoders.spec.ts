import { compressionCases } from './cases/compression-cases';
import { testCases } from './test-cases';

testCases(compressionCases);
