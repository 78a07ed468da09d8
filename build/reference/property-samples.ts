import { parseProperties } from '../../src/federation/properties/properties.ts';
import type { sentences } from '../../src/federation/properties/sentences.ts';

type Sample = Readonly<Record<string, unknown>>;

const pool = { UserPoolId: 'us-east-1_Example' };
const many = (count: number, of: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => of(index));

/** For each sentence that the schema can answer with, properties as a template might have them. */
export const propertySamples: Readonly<Record<keyof typeof sentences, Sample>> = {
  unknown: { ...pool, Timestamp: '2026-11-05' },
  unknownNear: { ...pool, Acess: 'Everyone' },
  notGiven: {},
  notText: { ...pool, ApplicationLabel: ['Payroll', 'Shop'] },
  notOneOf: { ...pool, AttributesRequestMethod: 'PUT' },
  notInteger: { ...pool, ServiceTimeout: '7200' },
  tooLong: { ...pool, ApplicationLabel: 'Payroll '.repeat(20) },
  tooMany: { ...pool, UserPoolClientIds: many(101, (index) => `client${index}`) },
  userPoolId: { UserPoolId: 'my-pool' },
  clientList: { ...pool, UserPoolClientIds: { AppClient: 'web' } },
  clientId: { ...pool, UserPoolClientIds: ['web app'] },
  domain: { ...pool, UserPoolDomain: 'https://login.example.com' },
  providerNameLength: { ...pool, ProviderName: 'Ok' },
  providerNameCharacter: { ...pool, ProviderName: 'My_Okta' },
  providerNameReserved: { ...pool, ProviderName: 'Google' },
  accessEmpty: { ...pool, Access: [''] },
  access: { ...pool, Access: { Groups: 'Engineering' } },
  issuer: { ...pool, Issuer: 'OrgURL' },
  issuerAdmin: { ...pool, Issuer: 'https://acme-admin.okta.com' },
  issuerPath: { ...pool, Issuer: 'https://acme.okta.com/app/UserHome' },
  scopes: { ...pool, Scopes: { openid: 'true' } },
  scopeCharacter: { ...pool, Scopes: 'openid "email"' },
  noOpenid: { ...pool, Scopes: 'email, profile' },
  mapping: { ...pool, AttributeMapping: 'email' },
  mappedClaim: { ...pool, AttributeMapping: { email: 'email', 'custom:team': '' } },
  mappedTooLong: { ...pool, AttributeMapping: { 'custom:team': 'department/'.repeat(30) } },
  claims: { ...pool, Claims: 'groups' },
  claimName: { ...pool, Claims: { 'cost center': 'user.profile.costCenter' } },
  claimReserved: { ...pool, Claims: { sub: 'user.profile.login' } },
  claimExpression: { ...pool, Claims: { department: '' } },
  claimTooLong: { ...pool, Claims: { department: 'user.profile.department + '.repeat(200) } },
  identifiers: { ...pool, IdpIdentifiers: { Domain: 'example.com' } },
  identifier: { ...pool, IdpIdentifiers: ['*.example.com'] },
  urls: { ...pool, PostLogoutRedirectUris: { Url: 'https://app.example.com/' } },
  notUrl: { ...pool, LogoUri: 'logo.png' },
  urlCredentials: { ...pool, InitiateLoginUri: 'https://ada:word@app.example.com/' },
  secretId: { ...pool, OktaSecretId: '{"orgUrl": "https://acme.okta.com"}' },
  roleArn: { ...pool, RoleArn: 'federation-role' },
  adopt: { ...pool, Adopt: '0oaEXAMPLEexample000' },
  applicationId: { ...pool, Adopt: { ApplicationId: 'payroll' } },
  rotation: { ...pool, SecretRotation: '90' },
  notActive: { ...pool, Active: 'false' },
};

/** @returns what the function answers to these properties. */
export function answerTo(sample: Sample): string {
  try {
    parseProperties(sample);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error(`These properties are valid: ${JSON.stringify(sample)}`);
}
