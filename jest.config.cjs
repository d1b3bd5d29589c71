/** One runner for unit specs, conformance specs and integration scenarios; all need only Node. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/spec', '<rootDir>/integration_tests'],
  testMatch: ['**/*.spec.ts'],
  // In a browser: jest.page.config.cjs.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/integration_tests/builder_page/'],
  transform: {
    '^.+\\.(t|m?j)s$': ['@swc/jest', {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    }],
  },
  // These packages are published as ES modules only; jest runs CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(jose|any-ascii|re2js|https-proxy-agent|http-proxy-agent|agent-base|proxy-agent-negotiate|tough-cookie|tldts|tldts-core|preact|pure-rand|fast-check)/)'],
  testTimeout: 20000,
};
