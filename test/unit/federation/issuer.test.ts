import { asIssuerMode } from '../../../src/federation/observe/issuer.ts';

test.each(['ORG_URL', 'CUSTOM_URL', 'DYNAMIC'])(
  '%s is a mode of an application that can be set again',
  (mode) => {
    expect(asIssuerMode(mode)).toBe(mode);
  },
);

test.each(['', 'org_url', undefined])('%j in an edited marker is not an issuer mode', (mode) => {
  expect(asIssuerMode(mode)).toBeUndefined();
});
