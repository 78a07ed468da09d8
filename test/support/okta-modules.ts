/** What talks to Okta, as one entry, so that a test can bundle it the way it is shipped and run that. */

export * from '../../src/okta/access-policies.ts';
export * from '../../src/okta/applications.ts';
export * from '../../src/okta/client.ts';
export * from '../../src/okta/client-secrets.ts';
export * from '../../src/okta/credentials.ts';
export * from '../../src/okta/errors.ts';
export * from '../../src/okta/federated-claims.ts';
export * from '../../src/okta/groups.ts';
export * from '../../src/okta/organization.ts';
