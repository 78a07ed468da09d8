import { findingOf } from '../../../src/command/look.ts';
import type { Services } from '../../../src/federation/connections.ts';
import { federationsIn } from '../../../src/federation/watch/standing.ts';
import type { LeaseItem } from '../../../src/lease/table.ts';
import { standing } from '../../support/standing.ts';
import { fakeTable } from '../lease/table.ts';

const resting = {
  name: { S: 'resource arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1 Federation' },
  standing: { S: JSON.stringify([standing]) },
};
const held = { ...resting, holder: { S: 'a deployment' }, expiresAt: { N: String(Date.now() + 60_000) } };
const [federation] = federationsIn(resting);
if (!federation) throw new Error('The item has no federation.');

/** Looks while the journal is read so. What the template says is not valid for this release: that is a problem to report. */
function lookedAt(...reads: LeaseItem[]) {
  const table = fakeTable();
  const send = async () => ({ Item: reads.shift() });
  const services: Services = {
    leases: Object.assign(table, { client: Object.assign(Object.create(null), { send }) }),
    secrets: { read: () => Promise.reject(new Error('No secret is read.')) },
    oktaSecretId: '',
    adoption: 'Any',
    policy: async () => undefined,
    trust: { accountId: '123456789012', roleArns: [] },
    log: () => undefined,
    warn: () => undefined,
  };
  const signal = AbortSignal.timeout(10_000);
  return federation && findingOf(federation, services, { signal, endsAt: Date.now() + 10_000 });
}

const atWork = { failure: expect.stringContaining('A deployment is at work') };

test('a federation that a deployment is changing is not looked at', async () => {
  expect(await lookedAt(held)).toEqual(atWork);
});

test('what a deployment has begun or changed during the look is not reported as drift', async () => {
  expect(await lookedAt(resting, held)).toEqual(atWork);
  expect(await lookedAt(resting, { ...resting, standing: { S: '[]' } })).toEqual(atWork);
});

test('what is wrong while no deployment is at work is reported', async () => {
  expect(await lookedAt(resting, resting)).toMatchObject({
    problems: [expect.stringContaining('UserPoolId')],
  });
});
