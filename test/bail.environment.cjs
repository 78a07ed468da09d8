const { TestEnvironment } = require('jest-environment-node');

/**
 * For mutation testing: one failed test is enough to know that a change is noticed, so the rest is skipped. jest itself can't
 * do that when another program runs it: https://github.com/jestjs/jest/issues/11766
 */
let noticed;

module.exports = class extends TestEnvironment {
  handleTestEvent({ name, test }) {
    // Of the real process: all test files of a run share it, and the runs of one worker.
    const change = process.env.__STRYKER_ACTIVE_MUTANT__;
    if (change === undefined) return;
    if (name === 'test_start' && noticed === change) test.mode = 'skip';
    if (name === 'test_done' && test.errors.length > 0) noticed = change;
  }
};
