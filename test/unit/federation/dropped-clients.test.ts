import { keptClients } from '../../../src/federation/plan/dropped-clients.ts';

const evidence = (properties: Record<string, unknown> | undefined) => new Map([['clientA', properties]]);

test.each([
  ['names the provider', evidence({ SupportedIdentityProviders: ['COGNITO', 'Okta'] }), true],
  ['names others only', evidence({ SupportedIdentityProviders: ['COGNITO'] }), false],
  ['names none', evidence({}), false],
  ['cannot be read', evidence({ SupportedIdentityProviders: 'Okta' }), true],
  ['is not in the stack', new Map(), false],
  ['is in the stack, which no longer shows its properties', evidence(undefined), true],
])('a client that %s', (_what, found, stays) => {
  expect(keptClients(['clientA'], 'Okta', found)).toEqual(stays ? ['clientA'] : []);
});

test('CloudFormation shows a provider with a name that is not ASCII with question marks', () => {
  const found = evidence({ SupportedIdentityProviders: ['COGNITO', 'B?ro'] });
  expect(keptClients(['clientA'], 'Büro', found)).toEqual(['clientA']);
  expect(keptClients(['clientA'], 'Buro', found)).toEqual([]);
});
