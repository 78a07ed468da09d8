/**
 * Five kinds of test; docs/testing.md says what each meets. All but unit tests run the bundle, which the set-up builds from
 * the code as it stands now. Only integration and e2e need the local stack.
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

/** Which set-up each kind has, if any. */
const setUps = {
  unit: undefined,
  virtual: 'bundles',
  sockets: 'bundles',
  integration: 'stack',
  e2e: 'deployed',
};

export default {
  maxWorkers: '100%',
  projects: Object.entries(setUps).map(([kind, setUp]) => ({
    ...shared,
    displayName: kind,
    ...(setUp !== undefined && {
      globalSetup: `<rootDir>/test/${setUp}.setup.ts`,
      globalTeardown: '<rootDir>/test/bundles.teardown.ts',
    }),
    // A bound for what hangs, not for what is slow: a busy machine must fail no test.
    testTimeout: kind === 'unit' ? 60_000 : 300_000,
    testMatch: [`<rootDir>/test/${kind}/**/*.test.ts`],
  })),
};
