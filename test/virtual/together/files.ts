import { readdirSync } from 'node:fs';

/** What runs as a bundle too: `jest --findRelatedTests` goes by this. */
export type Related = [
  typeof import('../../support/virtual/diagnosis.ts'),
  typeof import('../../support/virtual/preview.ts'),
];

/** Files of quick tests. The last ones have a world of their own, which leads the time from then on. */
const quick = [
  ...readdirSync('test/virtual/at-the-doors')
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `at-the-doors/${name}`),
  'crowds/leases.test.ts',
  'crowds/repeats.test.ts',
  'any-order/found-before.test.ts',
];

/**
 * Loads files of tests into one: Node compiles the bundle and what plays the services once for all of them.
 *
 * @param part - from 0, of `parts`
 */
export function describeFiles(part = 0, parts = 1): void {
  for (const [index, name] of quick.entries()) {
    if (index % parts === part) describe(name, () => void require(`../${name}`));
  }
}
