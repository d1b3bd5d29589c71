/** The Builder's page in a browser: needs Debian's Chromium, which `npm test` does not. */
const { testPathIgnorePatterns, ...config } = require('./jest.config.cjs');
module.exports = { ...config, roots: ['<rootDir>/integration_tests/builder_page'], testTimeout: 120000, maxWorkers: 1 };
