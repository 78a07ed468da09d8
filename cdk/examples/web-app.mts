// A web app whose users are the Engineering group of an Okta org. The provider is deployed already: docs/install.md.
import { App, CfnOutput, CfnParameter, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { OktaAccess, OktaFederation } from 'okta-cognito-idp-cdk';

const app = new App();
const stack = new Stack(app, 'WebApp', {
  // Nothing to upload, so this stack needs no bootstrapped account.
  synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
});
const appUrl = new CfnParameter(stack, 'AppUrl', { default: 'http://localhost:3000' }).valueAsString;
const domainPrefix = new CfnParameter(stack, 'DomainPrefix').valueAsString;

const userPool = new cognito.UserPool(stack, 'UserPool', { signInAliases: { email: true } });
const domain = userPool.addDomain('Domain', { cognitoDomain: { domainPrefix } });

const okta = new OktaFederation(stack, 'Okta', {
  userPool,
  domain,
  applicationLabel: 'CDK web app',
  access: OktaAccess.groups('Engineering'),
});

const client = userPool.addClient('AppClient', {
  generateSecret: false,
  oAuth: {
    flows: { authorizationCodeGrant: true },
    scopes: [cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL, cognito.OAuthScope.PROFILE],
    callbackUrls: [`${appUrl}/callback`],
    logoutUrls: [`${appUrl}/`],
  },
  supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO, okta.identityProvider],
});

const signInUrl =
  `https://${okta.domainName}/oauth2/authorize?client_id=${client.userPoolClientId}&response_type=code` +
  `&scope=openid&redirect_uri=${appUrl}/callback&identity_provider=${okta.providerName}`;
const outputs: Record<string, string> = {
  SignInUrl: signInUrl,
  UserPoolId: userPool.userPoolId,
  ClientId: client.userPoolClientId,
  Domain: okta.domainName,
  ProviderName: okta.providerName,
  OktaApplicationId: okta.applicationId,
};
for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });

app.synth();
