import { isSameProvider, labelOf } from '../../../src/federation/properties/identity.ts';
import { createRequest } from './requests.ts';
import { identity } from './world.ts';

test('a provider is the same in the same pool under the same name only', () => {
  expect(isSameProvider(identity, { ...identity })).toBe(true);
  expect(isSameProvider(identity, { ...identity, userPoolId: 'us-east-1_Other' })).toBe(false);
  expect(isSameProvider(identity, { ...identity, providerName: 'Other' })).toBe(false);
});

test('an application is called as the template says, else after the stack and the resource, as far as Okta takes it', () => {
  const request = createRequest('create-1');
  expect(labelOf(request, { ApplicationLabel: 'Payroll' })).toBe('Payroll');
  expect(labelOf(request, {})).toBe('shop Federation');
  expect(labelOf({ ...request, stackName: 'x'.repeat(128) }, {})).toBe('x'.repeat(100));
});
