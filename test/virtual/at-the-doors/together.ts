/** The quick tests in virtual time as one file, for mutation testing: what they need is loaded once for each change. */
import { readdirSync } from 'node:fs';
import './scene.ts';

/** What runs as a bundle too: `jest --findRelatedTests` goes by this. */
export type Related = typeof import('../../support/virtual/diagnosis.ts');

const quick = [
  ...readdirSync('test/virtual/at-the-doors').filter((name) => name.endsWith('.test.ts')),
  '../crowds/leases.test.ts',
  '../crowds/repeats.test.ts',
  '../any-order/found-before.test.ts',
];

for (const name of quick) describe(name, () => void require(`./${name}`));
