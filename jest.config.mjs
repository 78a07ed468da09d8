/**
 * Three kinds of test: unit (no I/O), integration (the built bundle against the local stack) and e2e (templates
 * deployed by samlocal, a browser). The last two find the local stack by test/stack.setup.ts.
 */
const shared = {
  testEnvironment: 'node',
  transform: {
    '\\.(ts|m?js)$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }],
  },
  // jose and oidc-provider ship ES modules only; jest runs CommonJS.
  transformIgnorePatterns: ['node_modules/(?!(jose|oidc-provider)/)'],
  modulePathIgnorePatterns: ['<rootDir>/.aws-sam', '<rootDir>/.local'],
};

export default {
  projects: ['unit', 'integration', 'e2e'].map((kind) => ({
    ...shared,
    displayName: kind,
    ...(kind !== 'unit' && { globalSetup: '<rootDir>/test/stack.setup.ts' }),
    testMatch: [`<rootDir>/test/${kind}/**/*.test.ts`],
  })),
};
