import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';

/**
 * Five kinds of test; docs/testing.md says what each meets. Tests that call a function run its bundle, except unit tests; the
 * set-up builds it from the code as it stands now. Only integration and e2e need the local stack.
 */
// Drawn here, once for all processes of a run: test/support/random-runs.ts.
process.env.SEED ??= String(randomInt(2 ** 31 - 100_000));

const shared = {
  testEnvironment: 'node',
  transform: {
    '\\.(ts|m?js)$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }],
  },
  // jose and oidc-provider ship ES modules only; jest runs CommonJS.
  transformIgnorePatterns: ['node_modules/(?!(jose|oidc-provider)/)'],
  // zod loads a file for each of its fifty languages, and jest does so again for each test file: English is enough.
  moduleNameMapper: { '^\\.\\./locales/index\\.cjs$': '<rootDir>/node_modules/zod/v4/locales/en.cjs' },
  modulePathIgnorePatterns: ['<rootDir>/.aws-sam', '<rootDir>/.local'],
};

/** Tests of what real Okta orgs answered, which lies beside the project, if anywhere. */
const recorded = [
  '<rootDir>/test/loopback/okta-replay.test.ts',
  '<rootDir>/test/unit/okta/recordings.test.ts',
];
const hasRecordings = existsSync(new URL('../shared/okta-recordings', import.meta.url));

/**
 * For whole runs: the quick tests in virtual time are loaded as two files, which takes a third less processor time. All other
 * files, new ones too, run by themselves.
 */
const isTogether = process.env.TOGETHER === '1';
const virtualFiles = [
  '<rootDir>/test/virtual/**/*.test.ts',
  ...(isTogether ? ['<rootDir>/test/virtual/together/{first,second}.ts'] : []),
];
/** What test/virtual/together/files.ts names. */
const loadedTogether = [
  '<rootDir>/test/virtual/at-the-doors/[^/]+\\.test\\.ts$',
  '<rootDir>/test/virtual/crowds/(leases|repeats)\\.test\\.ts$',
  '<rootDir>/test/virtual/any-order/found-before\\.test\\.ts$',
];

/** Which set-up each kind has, if any. */
const setUps = {
  unit: undefined,
  virtual: 'bundles',
  loopback: 'bundles',
  integration: 'stack',
  e2e: 'deployed',
};

export default {
  maxWorkers: '100%',
  // A bound for what hangs, not for what is slow: no test may fail because the machine is busy.
  testTimeout: 900_000,
  projects: Object.entries(setUps).map(([kind, setUp]) => ({
    ...shared,
    displayName: kind,
    ...(setUp !== undefined && {
      globalSetup: `<rootDir>/test/${setUp}.setup.ts`,
      globalTeardown: '<rootDir>/test/bundles.teardown.ts',
    }),
    testMatch: kind === 'virtual' ? virtualFiles : [`<rootDir>/test/${kind}/**/*.test.ts`],
    testPathIgnorePatterns: [
      '/node_modules/',
      ...(hasRecordings ? [] : recorded),
      ...(isTogether ? loadedTogether : []),
    ],
  })),
};
