import {
  CognitoIdentityProviderClient,
  type CreateIdentityProviderRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import type { CognitoFake } from './server.ts';

/** AWS's own client of the fake: what others than the product see and do. */
export function cognitoClient(fake: CognitoFake, region = 'us-east-1', maxAttempts = 1) {
  return new CognitoIdentityProviderClient({
    endpoint: fake.url,
    region,
    maxAttempts,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

/** An OIDC provider as an administrator creates it by hand. */
export function oidcProvider(
  UserPoolId: string,
  ProviderName: string,
  details: Readonly<Record<string, string>> = {},
): CreateIdentityProviderRequest {
  return {
    UserPoolId,
    ProviderName,
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'an-app',
      client_secret: 'a-secret',
      attributes_request_method: 'GET',
      oidc_issuer: 'https://okta.example.com',
      authorize_scopes: 'openid email',
      ...details,
    },
    AttributeMapping: { email: 'email' },
  };
}
