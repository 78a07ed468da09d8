import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { parseProperties } from '../../src/federation/properties/properties.ts';
import {
  OktaAccess,
  OktaAdoptOnDelete,
  OktaAttributesRequestMethod,
  OktaFederation,
  OktaFederationProvider,
  OktaIssuer,
  OktaVerification,
} from '../lib/index.js';

const TYPE = 'Custom::OktaCognitoIdp';

function newStack(): Stack {
  return new Stack(new App(), 'Stack');
}

/** The properties of the only federation of a stack. */
function propertiesIn(stack: Stack): Record<string, unknown> {
  const [resource] = Object.values(Template.fromStack(stack).findResources(TYPE));
  return resource?.Properties;
}

/** A federation of an imported pool, with these options. */
function optionsInTemplate(
  options: Omit<ConstructorParameters<typeof OktaFederation>[2], 'userPool'>,
): Record<string, unknown> {
  const stack = newStack();
  const userPool = cognito.UserPool.fromUserPoolId(stack, 'Pool', 'us-east-1_Example');
  const provider = OktaFederationProvider.fromServiceToken(
    stack,
    'Provider',
    'arn:aws:lambda:eu-west-1:1:function:f',
  );
  new OktaFederation(stack, 'Okta', { userPool, provider, ...options });
  return propertiesIn(stack);
}

describe('a pool, its domain and its app client in one stack', () => {
  const stack = newStack();
  const userPool = new cognito.UserPool(stack, 'Pool');
  const domain = userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'example' } });
  const okta = new OktaFederation(stack, 'Okta', {
    userPool,
    domain,
    access: OktaAccess.groups('Engineering'),
  });
  userPool.addClient('Client', {
    supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO, okta.identityProvider],
  });
  const template = Template.fromStack(stack);
  const [logicalId = ''] = Object.keys(template.findResources(TYPE));

  test('the client takes the name from the federation, and so is made after it', () => {
    template.hasResource('AWS::Cognito::UserPoolClient', {
      Properties: {
        SupportedIdentityProviders: ['COGNITO', { 'Fn::GetAtt': [logicalId, 'ProviderName'] }],
      },
      DependsOn: Match.absent(),
    });
  });

  test('the federation names the pool and the domain, and so is made after them', () => {
    template.hasResource(TYPE, {
      Properties: {
        ServiceToken: { 'Fn::ImportValue': 'okta-cognito-idp-ServiceToken' },
        UserPoolId: { Ref: Match.stringLikeRegexp('^Pool') },
        UserPoolDomain: { Ref: Match.stringLikeRegexp('^PoolDomain') },
        UserPoolClientIds: Match.absent(),
        Access: ['Engineering'],
      },
      DependsOn: Match.absent(),
    });
  });

  test.each([
    ['providerName', 'ProviderName'],
    ['applicationId', 'ApplicationId'],
    ['clientId', 'ClientId'],
    ['issuer', 'Issuer'],
    ['redirectUri', 'RedirectUri'],
    ['domainName', 'Domain'],
    ['signInUrl', 'SignInUrl'],
  ] as const)('%s is the attribute %s', (name, attribute) => {
    expect(stack.resolve(okta[name])).toEqual({ 'Fn::GetAtt': [logicalId, attribute] });
  });
});

test('an imported pool and an imported app client are named by their IDs', () => {
  const stack = newStack();
  new OktaFederation(stack, 'Okta', {
    userPool: cognito.UserPool.fromUserPoolId(stack, 'Pool', 'us-east-1_Example'),
    userPoolClients: [cognito.UserPoolClient.fromUserPoolClientId(stack, 'Client', 'exampleclient')],
  });
  expect(propertiesIn(stack)).toEqual({
    ServiceToken: { 'Fn::ImportValue': 'okta-cognito-idp-ServiceToken' },
    UserPoolId: 'us-east-1_Example',
    UserPoolClientIds: ['exampleclient'],
  });
});

test('a client of another stack of the app gets the name through an export', () => {
  const app = new App();
  const stack = new Stack(app, 'Federation');
  const userPool = new cognito.UserPool(stack, 'Pool');
  const okta = new OktaFederation(stack, 'Okta', { userPool });
  const other = new Stack(app, 'Client');
  new cognito.UserPoolClient(other, 'Client', {
    userPool,
    supportedIdentityProviders: [okta.identityProvider],
  });
  Template.fromStack(other).hasResourceProperties('AWS::Cognito::UserPoolClient', {
    SupportedIdentityProviders: [{ 'Fn::ImportValue': Match.stringLikeRegexp('ProviderName') }],
  });
});

test('the provider function accepts every option as the construct writes it', () => {
  const properties = optionsInTemplate({
    serviceTimeout: Duration.minutes(10),
    providerName: 'Staff',
    applicationLabel: 'Payroll',
    access: OktaAccess.groups('Engineering', 'Finance'),
    authenticationPolicy: 'Any two factors',
    issuer: OktaIssuer.authorizationServer('default'),
    scopes: ['openid', 'email'],
    claims: { team: 'user.team' },
    attributeMapping: { email: 'email', 'custom:team': 'team' },
    attributesRequestMethod: OktaAttributesRequestMethod.POST,
    idpIdentifiers: ['example.com'],
    postLogoutRedirectUris: ['https://app.example.com/'],
    initiateLoginUri: 'https://app.example.com/login',
    logoUri: 'https://app.example.com/logo.png',
    notes: 'Owned by the platform team',
    oktaSecretId: 'other-org',
    roleArn: 'arn:aws:iam::111111111111:role/federation',
    secretVersion: '2',
    secretRotation: { automaticallyAfter: Duration.days(90) },
    adopt: { applicationId: '0oa12345678901234567', onDelete: OktaAdoptOnDelete.DELETE },
    active: true,
    verify: OktaVerification.OKTA_ONLY,
    trigger: { commit: 'abc' },
  });
  expect(parseProperties(properties)).toMatchObject({
    ServiceTimeout: 600,
    ProviderName: 'Staff',
    Access: ['Engineering', 'Finance'],
    Issuer: 'default',
    AttributesRequestMethod: 'POST',
    SecretRotation: { AutomaticallyAfterDays: 90 },
    Adopt: { ApplicationId: '0oa12345678901234567', OnDelete: 'Delete' },
    Active: true,
    Verify: 'OktaOnly',
    Trigger: { commit: 'abc' },
  });
});

test.each([
  ['everyone', OktaAccess.everyone(), 'Everyone'],
  ['nobody', OktaAccess.nobody(), 'Nobody'],
  ['federationBrokerMode', OktaAccess.federationBrokerMode(), 'FederationBrokerMode'],
])('OktaAccess.%s is read by the provider function', (_name, access, expected) => {
  expect(parseProperties(optionsInTemplate({ access }))).toMatchObject({ Access: expected });
});

test.each([
  ['orgUrl', OktaIssuer.orgUrl(), 'OrgUrl'],
  ['customUrl', OktaIssuer.customUrl(), 'CustomUrl'],
  ['dynamic', OktaIssuer.dynamic(), 'Dynamic'],
  ['url', OktaIssuer.url('https://acme.okta.com/oauth2/default'), 'https://acme.okta.com/oauth2/default'],
])('OktaIssuer.%s is read by the provider function', (_name, issuer, expected) => {
  expect(parseProperties(optionsInTemplate({ issuer }))).toMatchObject({ Issuer: expected });
});

test.each([
  [OktaVerification.FULL, 'Full'],
  [OktaVerification.NONE, 'None'],
])('the verification %s is read by the provider function', (verify, expected) => {
  expect(parseProperties(optionsInTemplate({ verify }))).toMatchObject({ Verify: expected });
});

test('access for no group at all is an error', () => {
  expect(() => OktaAccess.groups()).toThrow('Name at least one');
});
