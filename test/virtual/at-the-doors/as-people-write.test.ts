import { generateKeyPairSync } from 'node:crypto';
import type { Properties } from '../../support/custom-resource.ts';
import type { Reply } from '../../support/virtual/network.ts';
import { orgUrl } from '../../support/virtual/okta.ts';
import { isWrite, Scene } from './scene.ts';

// Templates and secrets as people write and paste them: read, or refused with a sentence that says what to change.

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const client = () => scene.application.document.settings.oauthClient;
const clients = () =>
  [scene.web, scene.mobile].map(({ settings }) => settings.SupportedIdentityProviders?.includes('Okta'));

/** A Create that is refused before anything is made. @returns why */
async function refusedFor(properties: Properties): Promise<string> {
  let reason = '';
  const calls = await scene.callsOf(async () => {
    const answer = await scene.create(properties);
    expect(answer.Status).toBe('FAILED');
    reason = answer.Reason ?? '';
  });
  expect(calls.filter(isWrite)).toEqual([]);
  return reason;
}

describe('a template is read', () => {
  test.each<[string, () => Properties, () => unknown, unknown]>([
    [
      'with a list in a list',
      () => ({ UserPoolClientIds: [[scene.web.id, scene.mobile.id]] }),
      clients,
      [true, true],
    ],
    [
      'with comma text in a list',
      () => ({ UserPoolClientIds: [`${scene.web.id}, ${scene.mobile.id}`] }),
      clients,
      [true, true],
    ],
    [
      'with a block of lines',
      () => ({ UserPoolClientIds: `${scene.web.id}\n${scene.mobile.id}\n` }),
      clients,
      [true, true],
    ],
    [
      'with a list of an empty list',
      () => ({ UserPoolClientIds: [['']], IdpIdentifiers: [[]] }),
      clients,
      [false, false],
    ],
    [
      'with identifiers as comma text in a list',
      () => ({ IdpIdentifiers: ['example.com,example.org'] }),
      () => scene.provider?.IdpIdentifiers,
      ['example.com', 'example.org'],
    ],
    [
      'with scopes in a list of lists',
      () => ({ Scopes: [['openid', 'email profile'], 'email'] }),
      () => scene.provider?.ProviderDetails.authorize_scopes,
      'openid email profile',
    ],
    [
      'with groups in a list of a list',
      () => ({ Access: [['Engineering']] }),
      () => [...scene.application.groupAssignments.keys()].length,
      1,
    ],
    [
      'with notes from a block of YAML',
      () => ({ Notes: 'Ask the shop.\nNot the depot.\n' }),
      () => scene.application.document.settings.notes?.admin,
      'Ask the shop.\nNot the depot.',
    ],
    [
      'with a URL from a block of YAML',
      () => ({ InitiateLoginUri: 'https://app.example.com/login\n' }),
      () => client().initiate_login_uri,
      'https://app.example.com/login',
    ],
    [
      'with sign-out URLs as a block of lines',
      () => ({ PostLogoutRedirectUris: 'https://app.example.com/a\nhttps://app.example.com/b\n' }),
      () => client().post_logout_redirect_uris,
      ['https://app.example.com/a', 'https://app.example.com/b'],
    ],
    [
      'with spaces around an ID',
      () => ({ UserPoolId: ` ${scene.pool.id}\n`, ProviderName: ' Okta ' }),
      () => scene.provider?.ProviderName,
      'Okta',
    ],
    [
      'with the address of a discovery document as issuer',
      () => ({ Issuer: `${orgUrl}/.well-known/openid-configuration` }),
      () => scene.provider?.ProviderDetails.oidc_issuer,
      orgUrl,
    ],
    [
      'with claims from folded blocks',
      () => ({ AttributeMapping: { email: 'email\n', given_name: ' given_name' } }),
      () => scene.provider?.AttributeMapping,
      expect.objectContaining({ email: 'email', given_name: 'given_name' }),
    ],
    [
      'with booleans and words in any case',
      () => ({ Verify: ' OKTAONLY ', Access: ' everyone\n' }),
      () => [...scene.application.groupAssignments.keys()].length,
      1,
    ],
  ])('%s', async (_, properties, seen, expected) => {
    expect(await scene.create({ UserPoolId: scene.pool.id, ...properties() })).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(seen()).toEqual(expected);
  });
});

describe('a template is refused', () => {
  test.each<[string, Properties, RegExp]>([
    [
      'with a zero-width space in a group',
      { Access: ['Engin\u200Beering'] },
      /^Access: Okta has no group "Engin\\u\{200B\}eering"\. The name contains the invisible character "\\u\{200B\}"\. Remove/,
    ],
    [
      'with a no-break space in a group',
      { Access: ['Sales\u00A0Team'] },
      /contains the invisible character "\\u\{A0\}"\. Remove/,
    ],
    [
      'with an empty list in Access',
      { Access: [['']] },
      /^Access must be .* or has an empty name\. Write Nobody/,
    ],
    ['with scopes as JSON', { Scopes: '["openid"]' }, /^Scopes has the scope .* contains """\. Remove/],
    [
      'with a semicolon between scopes',
      { Scopes: 'openid;email' },
      /^Scopes must contain openid, but has "openid;email"\. Write openid/,
    ],
    [
      'with the ARN of the pool',
      { UserPoolId: 'arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_x' },
      /^UserPoolId must be the ID of a user pool.*Use !Ref UserPool\.$/,
    ],
    [
      'with the domain of CloudFront',
      { UserPoolDomain: 'd111111abcdef8.cloudfront.net' },
      /^UserPoolDomain: .* has no domain "d111111abcdef8\.cloudfront\.net"; it has .*!Ref/,
    ],
    [
      'with an application by its address',
      { Adopt: { ApplicationId: 'https://acme-admin.okta.com/admin/app/oidc_client/instance/0oa1/' } },
      /^Adopt\.ApplicationId must be the ID .* Copy 0oa/,
    ],
    ["with Okta's constant as issuer", { Issuer: 'ORG_URL' }, /^Issuer is "ORG_URL"\. Set it to OrgUrl, /],
    [
      'with an endpoint as issuer',
      { Issuer: `${orgUrl}/oauth2/v1/authorize` },
      /^Issuer ".*" has more than an issuer's path\./,
    ],
    [
      'with an attribute in another case',
      { AttributeMapping: { Email: 'email' } },
      /has no attribute "Email"\. Use email\./,
    ],
    [
      'with days as words',
      { SecretRotation: { AutomaticallyAfterDays: '90 days' } },
      /^SecretRotation\.AutomaticallyAfterDays is "90 days"\. Set it to an integer/,
    ],
  ])('%s', async (_, properties, reason) => {
    expect(await refusedFor(scene.properties(properties))).toMatch(reason);
  });
});

describe('the Okta secret', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const body = pem.replace(/-----[A-Z ]+-----/g, '').trim();
  const secretOf = (SecretString: string): Reply => ({
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ SecretString }),
  });
  const withKey = (key: unknown) => JSON.stringify({ orgUrl, clientId: '0oaEXAMPLE', privateKey: key });

  test.each<[string, (apiToken: string) => string]>([
    [
      'with the names of environment variables',
      (apiToken) => JSON.stringify({ OKTA_ORG_URL: orgUrl, OKTA_API_TOKEN: apiToken }),
    ],
    [
      'with a byte-order mark that was read as Latin-1',
      (apiToken) => `ï»¿${JSON.stringify({ orgUrl, apiToken })}`,
    ],
    [
      'with a slash and spaces in the URL',
      (apiToken) => JSON.stringify({ orgUrl: ` ${orgUrl}/ `, apiToken }),
    ],
  ])('is read %s', async (_, secret) => {
    scene.strike(/GetSecretValue/, { do: 'answer', reply: secretOf(secret(scene.world.org.apiToken)) });
    expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
  });

  test.each<[string, string, RegExp]>([
    [
      'with other names',
      JSON.stringify({ url: orgUrl, token: 'example' }),
      /has no "orgUrl"; it has fields that the function does not read: "url", "token"; it should be/,
    ],
    [
      'as the CLI prints it',
      JSON.stringify({ ARN: 'a', SecretString: '{}' }),
      /does not read: "ARN", "SecretString"/,
    ],
    [
      'in base64',
      Buffer.from(JSON.stringify({ orgUrl })).toString('base64'),
      /it is not JSON but base64; it should be/,
    ],
    ['with single quotes', `{'orgUrl': '${orgUrl}'}`, /is not JSON because of its single quotes/],
    [
      'with the parts in each other’s place',
      JSON.stringify({ orgUrl: 'example', apiToken: orgUrl }),
      /"apiToken" with spaces or characters.*"orgUrl" that is not a URL/,
    ],
    [
      'with a token in a list',
      JSON.stringify({ orgUrl, apiToken: ['example'] }),
      /has a list as "apiToken"; set it to text\.$/,
    ],
    [
      'with the name of a file',
      withKey('./okta/key.pem'),
      /it is the name of a file, whose content should stand there/,
    ],
    [
      'with a key of PuTTY',
      withKey('PuTTY-User-Key-File-3: ssh-rsa'),
      /it is in the format of PuTTY: export/,
    ],
    ['with a PEM without its first and last lines', withKey(body), /without its first and last lines/],
    ['with a PEM that ends early', withKey(pem.slice(0, 900)), /without its last line/],
    ['with a word', withKey('example'), /it is neither a PEM private key/],
  ])('is refused %s', async (_, secret, reason) => {
    scene.strike(/GetSecretValue/, { do: 'answer', reply: secretOf(secret) });
    const said = await refusedFor(scene.properties());
    expect(said).toMatch(reason);
    expect(said).not.toContain(body.slice(0, 20));
  });
});
