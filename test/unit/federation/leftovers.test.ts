import type { Attempt } from '../../../src/federation/journal/records.ts';
import { clientIdsOf, leftoversOf } from '../../../src/federation/leftovers.ts';
import { asked, deleteRequest, federation } from './requests.ts';

const turn = { request: deleteRequest('delete', 'x') };
const elsewhere = { providerName: 'Other' };

function attempt(made: ReturnType<typeof federation> | undefined, properties = asked()): Attempt {
  return { requestId: 'attempt', requestType: 'Update', properties, ...(made ? { federation: made } : {}) };
}

test('an attempt may leave all that it recorded, if nothing stays', () => {
  const made = federation('0oa1', { provider: { clientId: '0oaclient' } });
  expect(leftoversOf(turn, [attempt(made)], [])).toEqual([
    {
      federation: made,
      stays: new Set(),
      hasApplication: true,
      hasProvider: true,
      clientIds: new Set(['0oa1', '0oaclient']),
    },
  ]);
});

test.each([
  ['the application and the provider', federation('0oa1'), []],
  [
    'the provider, whose client is not known',
    federation('0oa2', { provider: { clientId: undefined } }),
    [{ hasApplication: true, hasProvider: false }],
  ],
  // Removal looks which client it has in fact.
  [
    'nothing that has the client of the attempt',
    federation('0oa2'),
    [{ hasApplication: true, hasProvider: true }],
  ],
  [
    'the application, which serves a new provider',
    federation('0oa1', { provider: elsewhere }),
    [{ hasApplication: false, hasProvider: true }],
  ],
  ['neither', federation('0oa2', { provider: elsewhere }), [{ hasApplication: true, hasProvider: true }]],
])('what stays is not left over: %s', (_what, stays, left) => {
  expect(leftoversOf(turn, [attempt(federation('0oa1'))], [stays])).toMatchObject(left);
});

test('an application without an ID may be left beside one that stays, whose ID is recorded separately', () => {
  const [left] = leftoversOf(turn, [attempt(federation(undefined))], [federation('0oa1')]);
  expect(left).toMatchObject({ hasApplication: true, hasProvider: false });
  expect(left?.stays).toEqual(new Set(['0oa1']));
  expect(left?.clientIds).toEqual(new Set());
});

describe('an attempt that recorded nothing', () => {
  test('may have left an application under the label that the template gives', () => {
    const properties = asked({
      ApplicationLabel: 'Shop',
      OktaSecretId: 'okta/acme',
      RoleArn: 'arn:aws:iam::123456789012:role/federation',
    });
    expect(leftoversOf(turn, [attempt(undefined, properties)], [])).toMatchObject([
      {
        federation: {
          application: { label: 'Shop', secretId: 'okta/acme', groupIds: [] },
          provider: {
            userPoolId: 'us-east-1_Example1',
            providerName: 'Okta',
            roleArn: 'arn:aws:iam::123456789012:role/federation',
          },
        },
      },
    ]);
  });

  test('may have left one under the default label', () => {
    const [left] = leftoversOf(turn, [attempt(undefined)], []);
    expect(left?.federation.application).toMatchObject({ label: 'shop Federation' });
    expect(left?.federation.application.id).toBeUndefined();
  });

  test.each([
    ['it was to adopt', asked({ Adopt: { ApplicationId: '0oa1' } })],
    ['its properties were wrong', { UserPoolId: 7 }],
    ['its properties were too long to keep', {}],
  ])('has left nothing if %s', (_why, properties) => {
    expect(leftoversOf(turn, [attempt(undefined, properties)], [])).toEqual([]);
  });
});

test('the OAuth clients of a federation are that of its application and that of its provider', () => {
  expect(clientIdsOf(federation('0oa1', { provider: { clientId: '0oa2' } }))).toEqual(
    new Set(['0oa1', '0oa2']),
  );
  expect(clientIdsOf(federation(undefined))).toEqual(new Set());
});
