import { planRotation, planSettlement, rotationNeed } from '../../../src/federation/plan/rotation-plan.ts';
import type { ClientSecret } from '../../../src/okta/client-secrets.ts';
import { Secret } from '../../../src/secret.ts';

const secret = (id: string, status: ClientSecret['status'] = 'ACTIVE'): ClientSecret => ({
  id,
  status,
  created: '2026-01-01T00:00:00.000Z',
  clientSecret: new Secret(`the value of ${id}`),
});
const [old, next] = [secret('old'), secret('new')];
const off = { ...old, status: 'INACTIVE' } as const;
const begun = ['old'];

describe('what is to be done about the client secret', () => {
  test.each([
    ['another version', { version: '1' }, '2', { do: 'rotate', secretVersion: '2' }],
    ['the first version', {}, '1', { do: 'rotate', secretVersion: '1' }],
    ['the same version', { version: '1' }, '1', undefined],
    ['no version, and none before', {}, undefined, undefined],
    ['a version that is removed', { version: '1' }, undefined, undefined],
    [
      'the same version, with an interrupted rotation',
      { version: '1', predecessorIds: begun },
      '1',
      { do: 'settle' },
    ],
    ['no version, with an interrupted rotation', { predecessorIds: begun }, undefined, { do: 'settle' }],
  ])('for %s', (_, secret, version, need) => {
    expect(rotationNeed(secret, version)).toEqual(need);
  });
});

describe('a rotation', () => {
  test('makes a new secret beside the old one', () => {
    expect(planRotation([old], undefined, old.clientSecret)).toEqual({
      clear: [],
      successor: 'new',
      retire: [old],
    });
  });

  test('removes an inactive one, which leaves no room', () => {
    const left = secret('left', 'INACTIVE');
    const plan = { clear: [left], successor: 'new', retire: [old] };
    expect(planRotation([old, left], undefined, old.clientSecret)).toEqual(plan);
    expect(planRotation([old, left], begun, old.clientSecret)).toEqual(plan);
  });

  test('that was interrupted goes on with the secret that it had made', () => {
    for (const first of [old, off]) {
      expect(planRotation([first, next], begun, old.clientSecret)).toEqual({
        clear: [],
        successor: next,
        retire: [first],
      });
    }
  });

  test('names the second secret that is in its way, and not the one that Cognito has', () => {
    expect(() => planRotation([old, next], undefined, old.clientSecret)).toThrow(
      /Deactivate new \(created 2026/,
    );
    expect(() => planRotation([old, next], undefined, next.clientSecret)).toThrow(
      /Deactivate old \(created 2026/,
    );
    expect(() => planRotation([old, next], undefined, undefined)).toThrow(/Deactivate old \(created 2026/);
  });

  test('is not blocked if only one is active, even if Cognito has another', () => {
    expect(planRotation([next], undefined, old.clientSecret)).toEqual({
      clear: [],
      successor: 'new',
      retire: [next],
    });
  });
});

describe('of a rotation that is not to go on, there stays', () => {
  test.each([
    ['the old one, which Cognito has', [old, next], begun, old, old],
    ['the new one, which Cognito has', [old, next], begun, next, next],
    ['the one that was there before, if Cognito has neither', [next, old], begun, secret('other'), old],
    ['any that works, if it is not known what was before', [next, old], undefined, undefined, next],
    ['the one that works, though Cognito has the other', [off, next], begun, old, next],
  ])('%s', (_, secrets, rotation, inUse, keep) => {
    const retire = secrets.filter((one) => one !== keep);
    expect(planSettlement(secrets, rotation, inUse?.clientSecret)).toEqual({ keep, retire });
  });

  test('none if none works, and none is removed', () => {
    expect(planSettlement([off], begun, old.clientSecret)).toEqual({ keep: undefined, retire: [] });
  });
});
