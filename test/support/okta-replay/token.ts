import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { parseApplication } from '../../../local/okta/management/application-document.ts';
import { addApplication } from '../../../local/okta/management/apps.ts';
import type { Org } from '../../../local/okta/org.ts';

const SCOPE = 'okta.apps.read';

/**
 * Makes a request to the token endpoint as a service app that must prove possession: the recordings keep no forms.
 *
 * @param name the recording: `token-dpop-missing`, `token-use-dpop-nonce` or `token-ok`
 * @param endpoint URL of the token endpoint
 * @param nonce one of the org's, for a proof that it takes
 */
export async function tokenRequest(
  org: Org,
  name: string,
  endpoint: string,
  nonce: string,
): Promise<{ body: URLSearchParams; headers: Record<string, string> }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const application = addApplication(org, serviceApp({ ...jwk, kid: 'the-key' }), 'ACTIVE');
  application.grantedScopes.add(SCOPE);
  const now = Math.floor(Date.now() / 1000);
  const assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: 'the-key' })
    .setIssuer(application.clientId)
    .setSubject(application.clientId)
    .setAudience(endpoint)
    .setIssuedAt(now)
    .setExpirationTime(now + 300)
    .sign(privateKey);
  const own = name === 'token-ok' ? { nonce } : {};
  const proof = await new SignJWT({ jti: randomUUID(), htm: 'POST', htu: endpoint, iat: now, ...own })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
    .sign(privateKey);
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: SCOPE,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  return { body, headers: name === 'token-dpop-missing' ? {} : { dpop: proof } };
}

function serviceApp(key: object) {
  return parseApplication({
    name: 'oidc_client',
    label: 'Service app',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        response_types: ['token'],
        dpop_bound_access_tokens: true,
        jwks: { keys: [key] },
      },
    },
  });
}
