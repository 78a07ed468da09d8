import jestConfig from './jest.config.mjs';

const [unit] = jestConfig.projects;

/**
 * Mutation testing, `make mutate`: each small change to what decides has to fail a unit test. docs/testing.md lists what
 * survives, and why.
 */
export default {
  mutate: ['src/federation/**/*.ts', 'src/lease/**/*.ts', 'src/cloudformation/**/*.ts'],
  testRunner: 'jest',
  jest: {
    config: {
      ...unit,
      // What takes long and what runs a built bundle tells nothing of a single change.
      testPathIgnorePatterns: [
        '/test/unit/(build|support|okta|cognito|hostile)/',
        '/test/unit/(log|metrics)\\.test',
      ],
    },
    enableFindRelatedTests: true,
  },
  coverageAnalysis: 'perTest',
  // What is set up once as a module loads (the schema's words, most of all) would need a run of everything for each.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.local/mutation.json' },
  tempDirName: '.local/stryker',
  cleanTempDir: 'always',
  thresholds: { high: 95, low: 90, break: 85 },
  allowEmpty: false,
};
