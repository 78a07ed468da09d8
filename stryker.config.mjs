import jestConfig from './jest.config.mjs';

const {
  globalSetup: _set,
  globalTeardown: _torn,
  ...virtual
} = jestConfig.projects.find(({ displayName }) => displayName === 'virtual');

// What build/mutated.ts builds, once for all changes.
process.env.PROVIDER_BUNDLE = '.aws-sam/build/ProviderFunction/provider.js';
process.env.FAILSAFE_BUNDLE = '.aws-sam/build/FailsafeFunction/failsafe.js';
process.env.WATCH_BUNDLE = '.aws-sam/build/WatchFunction/watch.js';
process.env.DIAGNOSIS_BUNDLE = '.aws-sam/build/Diagnosis/diagnosis.js';
process.env.PREVIEW_BUNDLE = '.aws-sam/build/Preview/preview.js';
// The same tests in each process. `make check` has half as many.
process.env.SEED = '1';
process.env.RANDOM_PERCENT = '1';

/**
 * Mutation testing, `make mutate`: each small change to the code that decides and acts has to fail a test. docs/testing.md
 * lists what survives, and why.
 */
export default {
  mutate: ['src/federation/**/*.ts', 'src/lease/**/*.ts', 'src/cloudformation/**/*.ts'],
  // Each would be copied.
  ignorePatterns: ['.aws-sam', '.local', '.venv', '.venv-lint', 'coverage', 'dist'],
  // The bundle is made of the changed sources too: what runs it in virtual time needs no local stack.
  buildCommand: 'node --disable-warning=ExperimentalWarning build/mutated.ts',
  plugins: ['@stryker-mutator/jest-runner', './build/mutation-ignorer.mjs'],
  ignorers: ['unnoticeable'],
  testRunner: 'jest',
  jest: {
    config: {
      ...virtual,
      projects: [],
      moduleNameMapper: { '^@okta/okta-sdk-nodejs$': '<rootDir>/test/support/no-okta-sdk.cjs' },
      testEnvironment: './test/bail.environment.cjs',
      testMatch: [
        '<rootDir>/test/unit/{federation,lease,cloudformation}/**/*.test.ts',
        '<rootDir>/test/virtual/together/all.ts',
      ],
    },
    enableFindRelatedTests: true,
  },
  coverageAnalysis: 'perTest',
  // What is set up once as a module loads (the schema's words, most of all) would need a run of everything for each.
  ignoreStatic: true,
  concurrency: 2,
  // Jest keeps something of each run: after hundreds a process has gigabytes, and is slow.
  maxTestRunnerReuse: 100,
  timeoutMS: 60_000,
  incremental: true,
  incrementalFile: '.local/mutation-incremental.json',
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.local/mutation.json' },
  tempDirName: '.local/stryker',
  cleanTempDir: 'always',
  thresholds: { high: 95, low: 90, break: 85 },
  allowEmpty: false,
};
