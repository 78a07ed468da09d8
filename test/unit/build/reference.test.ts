import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import * as z from 'zod';
import { propertySchemas, resourceSchema, templateSchema } from '../../../build/reference/resource-schema.ts';
import { parseProperties } from '../../../src/federation/properties/properties.ts';
import { readTemplate } from '../../support/template.ts';

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const validate = ajv.compile(resourceSchema());
const validateTemplate = ajv
  .addSchema(resourceSchema(), 'custom-okta-cognito-idp.json')
  .compile(templateSchema());

const resources = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() })),
});
const examples = readdirSync('examples').filter(
  (name) =>
    name.endsWith('.yaml') &&
    readFileSync(`examples/${name}`, 'utf8').includes('Type: Custom::OktaCognitoIdp'),
);
const federation = {
  ServiceToken: { 'Fn::ImportValue': 'okta-cognito-idp-ServiceToken' },
  UserPoolId: { Ref: 'Pool' },
};

test('the reference has the default of each property', () => {
  const pool = { UserPoolId: 'us-east-1_Example' };
  const written = new Map(propertySchemas().map(([name, { default: value }]) => [name, value]));
  const { UserPoolId: _, UserPoolClientIds: none, ...defaults } = parseProperties(pool);
  expect(none).toEqual([]);
  expect(Object.keys(defaults)).toContain('ProviderName');
  for (const [name, value] of Object.entries(defaults)) {
    const inReference = written.get(name);
    expect([name, inReference]).not.toEqual([name, undefined]);
    expect(parseProperties({ ...pool, [name]: inReference })).toMatchObject({ [name]: value });
  }
});

test.each(examples)('the properties in examples/%s are of the published JSON Schema', (name) => {
  const template = readTemplate(readFileSync(`examples/${name}`, 'utf8'));
  const federations = Object.values(resources.parse(template).Resources).filter(
    ({ Type }) => Type === 'Custom::OktaCognitoIdp',
  );
  expect(federations.length).toBeGreaterThan(0);
  for (const { Properties } of federations) {
    validate(Properties);
    expect(validate.errors ?? []).toEqual([]);
  }
  expect(validateTemplate(template)).toBe(true);
});

test.each([
  { UserPoolClientIds: [{ Ref: 'Client' }, 'abc'] },
  { UserPoolClientIds: { 'Fn::Split': [',', { Ref: 'Clients' }] } },
  { Access: ['Engineering', { Ref: 'Group' }] },
  { Access: { 'Fn::If': ['All', 'Everyone', { Ref: 'Groups' }] } },
  { AttributeMapping: { email: { Ref: 'Claim' }, name: 'name' } },
  { Adopt: { ApplicationId: { Ref: 'Application' } } },
  { Scopes: 'openid email' },
  { Scopes: ['openid', 'email'] },
  { SecretVersion: 2 },
  { Verify: false },
  { ServiceTimeout: 300 },
  { ServiceTimeout: '300' },
  { Scopes: 'openid,email' },
  { UserPoolClientIds: 'abc,def' },
  { UserPoolDomain: { Ref: 'Domain' } },
  { Access: 'FederationBrokerMode' },
  { Claims: { groups: 'user.getGroups()', team: { Ref: 'Expression' } } },
  { SecretRotation: { AutomaticallyAfterDays: 90 } },
  { SecretRotation: { AutomaticallyAfterDays: '90' } },
  { Verify: 'OktaOnly' },
  { Verify: 'False' },
  { Active: 'True' },
  { Trigger: ['anything', 1] },
  { Issuer: 'https://acme.okta.com/' },
])('the JSON Schema accepts %j, as a template may have it', (properties) => {
  validate({ ...federation, ...properties });
  expect(validate.errors ?? []).toEqual([]);
});

test.each([
  { UserPoolClientId: ['abc'] },
  { ProviderName: 'My_Okta' },
  { ProviderName: 'Ok' },
  { Scopes: 'email profile' },
  { Access: 'Everybody' },
  { Access: { Everyone: true } },
  { Adopt: {} },
  { Verify: 'perhaps' },
  { Active: false },
  { SecretRotation: { AutomaticallyAfterDays: 0 } },
  { Claims: ['groups'] },
  { UserPoolId: 'my-pool' },
  { ServiceToken: undefined },
])('the JSON Schema refuses %j', (properties) => {
  expect(validate(JSON.parse(JSON.stringify({ ...federation, ...properties })))).toBe(false);
});
