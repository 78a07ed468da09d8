import * as fc from 'fast-check';
import { tryAtRandom } from '../support/random-runs.ts';

test('a failure is found again by the seed that it prints, at the share of make test', async () => {
  const drawn: number[] = [];
  const property = fc.asyncProperty(fc.nat(), (input) => {
    drawn.push(input);
    return Promise.resolve(input === drawn[0]);
  });
  // Of so many, make check alone would try five.
  const failure = tryAtRandom({ what: 'numbers', full: 1_000, property });
  await expect(failure).rejects.toThrow(/^Play it again: SEED=\d+ RANDOM_PERCENT=5 make check$/m);
  await expect(failure).rejects.toThrow(/^or this test alone, .*: SEED=\d+ RANDOM_PATH=[\d:]+ npx jest /m);
});
