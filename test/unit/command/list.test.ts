import { diffOf, driftOf } from '../../../src/command/drift.ts';
import { rowOf, tableOf } from '../../../src/command/list.ts';
import { exitCodeOf, isWell } from '../../../src/command/look.ts';
import { federationsIn } from '../../../src/federation/watch/standing.ts';
import { standing } from '../../support/standing.ts';

const dayMs = 24 * 60 * 60 * 1000;
const item = (standings: readonly object[]) => ({
  name: { S: 'resource arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1 Federation' },
  standing: { S: JSON.stringify(standings) },
});
const [federation] = federationsIn(item([standing]));
if (!federation) throw new Error('The item has no federation.');
const group = { setting: 'the Okta group Staff', wanted: 'assigned', found: 'not assigned' };
const finding = {
  signIn: { works: true },
  differences: [],
  isLeft: false,
  problems: [],
  secretSince: 0,
  foresight: undefined,
};

test('a lease, and a federation that another resource has taken over, are not listed', () => {
  expect(federationsIn({ ...item([standing]), name: { S: 'provider us-east-1_Example1 Okta' } })).toEqual([]);
  const handedTo = {
    stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/new/1',
    logicalResourceId: 'It',
  };
  expect(federationsIn(item([{ ...standing, handedTo }]))).toEqual([]);
});

test('a row says stack, federation, application, sign-in, drift and secret age', () => {
  const row = rowOf({ federation, finding }, 12.5 * dayMs);
  expect(row).toEqual({
    stack: 'shop',
    resource: 'Federation',
    federation: 'us-east-1_Example1/Okta',
    application: '0oa1',
    signIn: 'works',
    isDrifted: false,
    secretAgeDays: 12,
    isWell: true,
  });
  expect(tableOf([row])).toMatch(/shop +Federation +us-east-1_Example1\/Okta +0oa1 +works +none +12 days$/);
});

test('a broken sign-in, a drift and a failure to look are each not well', () => {
  const broken = rowOf({ federation, finding: { ...finding, signIn: { works: false, reason: 'Why.' } } }, 0);
  const drifted = rowOf({ federation, finding: { ...finding, differences: [group] } }, 0);
  const unknown = rowOf({ federation, finding: { failure: 'No right.' } }, 0);
  expect([broken, drifted, unknown].map(({ isWell }) => isWell)).toEqual([false, false, false]);
  expect(tableOf([broken, unknown])).toContain('us-east-1_Example1/Okta: Why.');
  expect(tableOf([unknown])).toContain('us-east-1_Example1/Okta: No right.');
});

test('redirect URIs of domains that are gone are no drift, and are named', () => {
  const gone = { federation, finding: { ...finding, differences: [group], isLeft: true } };
  expect(rowOf(gone, 0)).toMatchObject({ isDrifted: false, isWell: true });
  expect(diffOf(driftOf(gone))).toMatch(/no difference\n .*redirect URIs of domains/);
  expect(exitCodeOf([gone], isWell)).toBe(0);
});

test('a federation that cannot be looked at is shown beside the others, and the command ends with 2', () => {
  const well = { federation, finding };
  const drifted = { federation, finding: { ...finding, differences: [group] } };
  const unknown = { federation, finding: { failure: 'A deployment is at work on it.' } };
  expect(diffOf(driftOf(unknown))).toMatch(/\? not looked at: A deployment is at work on it\.$/);
  expect(driftOf(unknown)).toMatchObject({ failure: 'A deployment is at work on it.' });
  expect(
    [[well], [well, drifted], [unknown, drifted], [well, unknown]].map((all) => exitCodeOf(all, isWell)),
  ).toEqual([0, 1, 2, 2]);
});

test('a diff shows what is there and what the template wants', () => {
  const drift = {
    federation: 'us-east-1_Example1/Okta',
    stack: 'shop',
    differences: [group],
    problems: ['No pool.'],
  };
  expect(diffOf(drift).split('\n')).toEqual([
    'us-east-1_Example1/Okta (stack shop)',
    '  the Okta group Staff',
    '  - not assigned',
    '  + assigned',
    '  ! No pool.',
  ]);
});
