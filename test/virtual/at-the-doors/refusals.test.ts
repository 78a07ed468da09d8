import type { Domain } from '../../support/cognito-fake/user-pools.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { refusal } from '../../support/virtual/aws.ts';
import type { Reply } from '../../support/virtual/network.ts';
import { anotherCustomDomain, customDomain, metadataOf, orgUrl } from '../../support/virtual/okta.ts';
import { idOf, isWrite, Scene } from './scene.ts';

const checkTheNetwork =
  'Check DNS, the network and any proxy. If the function can never reach this host, set Verify to false.';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

/** A Create that is refused before anything is made. @returns why */
async function refusedFor(properties: Properties): Promise<string> {
  let reason = '';
  const calls = await scene.callsOf(async () => {
    const answer = await scene.create(properties);
    expect(answer.Status).toBe('FAILED');
    expect(answer.PhysicalResourceId).toBe(`nothing-made|${answer.RequestId}`);
    reason = answer.Reason ?? '';
  });
  expect(calls.filter(isWrite)).toEqual([]);
  // It is for people: no stack trace, and no more than they read.
  expect(reason).not.toMatch(/\n|\bat .*:\d+:\d+/);
  expect(reason.length).toBeLessThan(1_200);
  return reason;
}

describe('of what the template names', () => {
  test.each<[string, () => Properties, string | RegExp]>([
    [
      'a pool that is not there',
      () => scene.properties({ UserPoolId: 'us-east-1_Nowhere' }),
      /^UserPoolId: there is no user pool us-east-1_Nowhere in this account\. Check /,
    ],
    [
      'a pool without a domain',
      () => {
        scene.pool.domains.length = 0;
        return scene.properties();
      },
      /^UserPoolId: user pool \S+ has no domain, .* set UserPoolDomain to !Ref of it\.$/,
    ],
    [
      'a domain that has failed',
      () => {
        const failed: Domain = { name: 'sign-in.example.com', custom: true, status: 'FAILED' };
        scene.pool.domains.push(failed);
        return scene.properties();
      },
      /^UserPoolId: the domain sign-in\.example\.com of user pool \S+ has failed\. Check its certificate/,
    ],
    [
      'an app client that is not there',
      () => scene.properties({ UserPoolClientIds: ['nobody'] }),
      /^UserPoolClientIds: user pool \S+ has no app client nobody\. Use !Ref/,
    ],
    [
      'an app client without user sign-in',
      () => {
        scene.web.settings = {
          ...scene.web.settings,
          AllowedOAuthFlowsUserPoolClient: false,
          AllowedOAuthFlows: ['implicit'],
          CallbackURLs: [],
          WriteAttributes: ['email', 'name'],
        };
        return scene.properties();
      },
      /does not use OAuth\. .* lacks the authorization code flow\. .* has no callback URL\. .* may not write family_name, given_name, /,
    ],
    [
      'an attribute that the pool lacks',
      () => scene.properties({ AttributeMapping: { 'custom:shoe': 'shoe', username: 'sub' } }),
      /^AttributeMapping: user pool \S+ has no attribute "custom:shoe"\. Add it .* does not issue\./,
    ],
    [
      'a claim whose scope is not asked for',
      () => scene.properties({ AttributeMapping: { email: 'email', phone_number: 'phone_number' } }),
      /^AttributeMapping: phone_number is mapped to the claim phone_number, which needs the scope phone\. Add phone to Scopes/,
    ],
    [
      'a group that Okta lacks',
      () => scene.properties({ Access: ['Engineering', 'No such group'] }),
      /^Access: Okta has no group "No such group"\. Check the name/,
    ],
    [
      'a group Nobody beside another',
      () => scene.properties({ Access: ['Nobody', 'Engineering'] }),
      /^Access: Okta has no group "Nobody"\. Check the name/,
    ],
    [
      'a name that two groups share',
      () => {
        scene.world.org.addGroup('Engineering', 'APP_GROUP');
        return scene.properties({ Access: ['Engineering'] });
      },
      /^Access: Okta has 2 groups named "Engineering": 00g\w+ \(an Okta group\), 00g\w+ \(from a directory or an app\)\. Use the ID/,
    ],
    [
      'a custom domain that the org lacks',
      () => scene.properties({ Issuer: 'CustomUrl' }),
      `Issuer: the Okta org ${orgUrl} has no custom domain. Set Issuer to OrgUrl.`,
    ],
    [
      'an authorization server that the org lacks',
      () => scene.properties({ Issuer: 'aus00000000000000001' }),
      `Issuer: there is no OpenID Connect issuer at ${orgUrl}/oauth2/aus00000000000000001 (HTTP 404 from its discovery document); check its address, and that it is active.`,
    ],
    [
      'an application to adopt that the org lacks',
      () => scene.properties({ Adopt: { ApplicationId: '0oa00000000000000001' } }),
      'Adopt.ApplicationId: Okta has no application 0oa00000000000000001. Check the ID, and the org of the Okta secret.',
    ],
    [
      'each of several wrong properties',
      () => scene.properties({ ProviderName: 'My_Okta', Scopes: 'email' }),
      /^ProviderName "My_Okta" contains .* Scopes must contain openid/,
    ],
    [
      'an unknown property',
      () => scene.properties({ UserPoolClientId: scene.web.id }),
      'There is no property UserPoolClientId: did you mean UserPoolClientIds?',
    ],
  ])('%s is refused', async (_, properties, reason) => {
    expect(await refusedFor(properties())).toEqual(
      typeof reason === 'string' ? reason : expect.stringMatching(reason),
    );
  });

  test('required attributes that nothing is mapped to, and ones that cannot change, are named', async () => {
    const attributes = scene.pool.attributes.map((attribute) => ({
      ...attribute,
      Required: attribute.Name === 'sub' || attribute.Name === 'nickname',
      Mutable: attribute.Name !== 'email',
    }));
    Object.assign(scene.pool, { attributes });
    expect(await refusedFor(scene.properties())).toMatch(
      /^AttributeMapping: attribute email of user pool \S+ is immutable.* requires nickname, and nothing is mapped to it\. Map a claim to it\.$/,
    );
  });

  test('the group Everyone is the built-in one, also if a directory brought another along', async () => {
    scene.world.org.addGroup('Everyone', 'APP_GROUP');
    expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
    const [id] = scene.application.groupAssignments.keys();
    expect(scene.world.org.groups.get(id ?? '')?.type).toBe('BUILT_IN');
  });
});

test('an Update with a bad property keeps all as it was', async () => {
  const id = await scene.made();
  const before = scene.view;
  const bad = scene.properties({ Access: ['No such group'], ApplicationLabel: 'Changed' });
  expect(await scene.update(id, bad)).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: id,
    Reason: expect.stringContaining('no group "No such group"'),
  });
  expect(scene.view).toEqual(before);
});

describe('of the issuer', () => {
  const discovery = /openid-configuration/;
  const answering = (body: object, status = 200): Reply => ({ status, body: JSON.stringify(body) });

  test.each<[string, Reply, string | RegExp]>([
    [
      'no OpenID Connect issuer',
      { status: 200, body: '<html>' },
      `Issuer: there is no OpenID Connect issuer at ${orgUrl} (HTTP 200 from its discovery document); check its address, and that it is active.`,
    ],
    [
      'an error with any text',
      answering(metadataOf(orgUrl), 404),
      `Issuer: there is no OpenID Connect issuer at ${orgUrl} (HTTP 404 from its discovery document); check its address, and that it is active.`,
    ],
    [
      'another name',
      answering({ ...metadataOf(orgUrl), issuer: 'https://acme.okta.com' }),
      `Issuer: the issuer at ${orgUrl} reports its issuer as https://acme.okta.com. Use that value, or correct orgUrl in the Okta secret.`,
    ],
    [
      'an authorize endpoint elsewhere',
      answering({ ...metadataOf(orgUrl), authorization_endpoint: 'https://evil.example.com/authorize' }),
      `Issuer: the issuer at ${orgUrl} names an endpoint on another host, evil.example.com, and the function sends no client secret there. Correct the issuer.`,
    ],
    [
      'a token endpoint elsewhere',
      answering({ ...metadataOf(orgUrl), token_endpoint: 'https://evil.example.com/token' }),
      `Issuer: the issuer at ${orgUrl} names an endpoint on another host, evil.example.com, and the function sends no client secret there. Correct the issuer.`,
    ],
    [
      'fewer scopes than asked for',
      answering({ ...metadataOf(orgUrl), scopes_supported: ['openid', 'email'] }),
      `Scopes: ${orgUrl} does not offer profile. Remove it from Scopes.`,
    ],
  ])('%s is refused', async (_, reply, reason) => {
    scene.strike(discovery, { do: 'answer', reply });
    expect(await refusedFor(scene.properties())).toBe(reason);
  });

  test('that fails for a moment is asked again, twice, and then given up', async () => {
    scene.strike(discovery, { do: 'answer', reply: { status: 503, body: '' } }, 2);
    const asked: number[] = [];
    const strike = scene.world.network.fault;
    scene.world.network.fault = (call, sender) => {
      if (discovery.test(call.operation)) asked.push(call.at);
      return strike(call, sender);
    };
    expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
    // A moment later, and another moment after twice as long.
    expect(asked.slice(1).map((at, n) => Math.round((at - (asked[n] ?? 0)) / 100))).toEqual([2, 4]);
    scene.strike(discovery, {
      do: 'answer',
      reply: { status: 503, body: JSON.stringify(metadataOf(orgUrl)) },
    });
    expect(await refusedFor(scene.properties({ ProviderName: 'Staff' }))).toMatch(
      /^Issuer: there is no OpenID Connect issuer at .* \(HTTP 503 from/,
    );
    scene.strike(discovery, { do: 'reset' });
    const calls = await scene.callsOf(async () => {
      expect(await refusedFor(scene.properties({ ProviderName: 'Staff' }))).toBe(
        `Issuer: ${orgUrl} cannot be reached: read ECONNRESET. ${checkTheNetwork}`,
      );
    });
    expect(calls.filter((call) => discovery.test(call))).toHaveLength(3);
  });

  test.each([
    ['CustomUrl', customDomain, 'CUSTOM_URL'],
    ['Dynamic', orgUrl, 'DYNAMIC'],
    ['aus00000000000000001', `${orgUrl}/oauth2/aus00000000000000001`, 'ORG_URL'],
    ['default', `${orgUrl}/oauth2/default`, 'ORG_URL'],
  ])('%s is found and told', async (Issuer, url, mode) => {
    scene.world.oktaSignIn.hasCustomDomain = true;
    scene.world.org.authorizationServers.set(Issuer, { id: Issuer, name: Issuer, policies: [] });
    expect(await scene.create(scene.properties({ Issuer }))).toMatchObject({
      Status: 'SUCCESS',
      Data: { Issuer: url },
    });
    expect(scene.provider?.ProviderDetails.oidc_issuer).toBe(url);
    expect(scene.application.document.settings.oauthClient.issuer_mode).toBe(mode);
  });

  test.each([
    ['its own description shows to be of the org', undefined],
    ['the Okta secret lists', [anotherCustomDomain]],
  ])('a second custom domain, which %s, is found by its URL', async (_, customDomains) => {
    scene.world.oktaSignIn.hasCustomDomain = true;
    scene.world.customDomains = customDomains;
    const properties = scene.properties({ Issuer: anotherCustomDomain });
    const id = idOf(await scene.create(properties));
    expect(scene.provider?.ProviderDetails.oidc_issuer).toBe(anotherCustomDomain);
    // The mode CUSTOM_URL stands for the domain that Okta names.
    expect(scene.application.document.settings.oauthClient.issuer_mode).toBe('DYNAMIC');
    // A removal that knows only the provider finds the same org.
    scene.world.leases.clear();
    scene.world.org.applications.clear();
    expect(await scene.delete(id, properties)).toMatchObject({ Status: 'SUCCESS' });
  });

  test('a host that describes another org is refused', async () => {
    scene.world.oktaSignIn.hasCustomDomain = true;
    const reply = answering({ id: '00oSomeOtherOrg000000', _links: {} });
    scene.world.network.fault = ({ operation }) =>
      operation.includes('okta-organization') && described++ === 1 ? { do: 'answer', reply } : undefined;
    let described = 0;
    expect(await refusedFor(scene.properties({ Issuer: anotherCustomDomain }))).toBe(
      `Issuer: ${anotherCustomDomain} does not belong to Okta org ${orgUrl}. Correct Issuer, or set OktaSecretId to the secret of that org.`,
    );
  });

  test('if the Okta secret lists the custom domains, no other host is asked, and none gets the client secret', async () => {
    scene.world.oktaSignIn.hasCustomDomain = true;
    scene.world.customDomains = ['https://login.acme.com'];
    const asked: string[] = [];
    scene.world.network.heard = ({ url }) => asked.push(url.origin);
    expect(await refusedFor(scene.properties({ Issuer: anotherCustomDomain }))).toContain(
      'If it is a custom domain of the org, add it to "customDomains" in the Okta secret.',
    );
    expect(asked).not.toContain(anotherCustomDomain);
  });

  test('an authorization server that issues at the custom domain only is found there', async () => {
    const Issuer = 'aus00000000000000001';
    scene.world.oktaSignIn.hasCustomDomain = true;
    scene.world.org.authorizationServers.set(Issuer, { id: Issuer, name: Issuer, policies: [] });
    const url = `${customDomain}/oauth2/${Issuer}`;
    scene.strike(discovery, { do: 'answer', reply: answering({ ...metadataOf(url) }) }, 1);
    expect(await scene.create(scene.properties({ Issuer }))).toMatchObject({
      Status: 'SUCCESS',
      Data: { Issuer: url },
    });
  });

  test('an authorization server that is nowhere is not looked for at a custom domain that there is not', async () => {
    const Issuer = 'aus00000000000000001';
    const calls = await scene.callsOf(async () => {
      expect(await refusedFor(scene.properties({ Issuer }))).toMatch(
        new RegExp(`^Issuer: there is no OpenID Connect issuer at ${orgUrl}/oauth2/${Issuer} `),
      );
    });
    expect(calls.filter((call) => discovery.test(call))).toHaveLength(1);
    scene.world.oktaSignIn.hasCustomDomain = true;
    expect(await refusedFor(scene.properties({ Issuer }))).toMatch(
      new RegExp(`^Issuer: there is no OpenID Connect issuer at ${orgUrl}/oauth2/${Issuer} `),
    );
  });

  test.each(['Dynamic', 'CustomUrl'])(
    '%s is what it is, also if orgUrl is a custom domain',
    async (Issuer) => {
      scene.world.oktaSignIn.hasCustomDomain = true;
      const _links = { organization: { href: 'https://acme.okta.com' }, alternate: { href: customDomain } };
      scene.strike(/okta-organization/, { do: 'answer', reply: answering({ _links }) });
      expect(await scene.create(scene.properties({ Issuer }))).toMatchObject({ Status: 'SUCCESS' });
    },
  );

  test('that does not answer in time is reported by what was being done', async () => {
    scene.strike(discovery, { do: 'hang' });
    expect(await refusedFor(scene.properties({ ServiceTimeout: '20' }))).toMatch(
      /^The provider ran out of time while it was looking at what is there;/,
    );
  });

  test('that does not answer is given up after three times ten seconds', async () => {
    scene.strike(discovery, { do: 'hang' });
    const started = scene.world.time.now();
    expect(await refusedFor(scene.properties())).toBe(
      `Issuer: ${orgUrl} cannot be reached: it did not answer in time. ${checkTheNetwork}`,
    );
    expect(scene.world.time.now() - started).toBeLessThan(32_000);
  });

  test('an orgUrl that is a custom domain is distinguished from the org', async () => {
    const organization = answering({ _links: { organization: { href: 'https://acme.okta.com' } } });
    scene.strike(/okta-organization/, { do: 'answer', reply: organization });
    expect(await refusedFor(scene.properties())).toBe(
      `Issuer: the orgUrl in the Okta secret, ${orgUrl}, is the custom domain of https://acme.okta.com. Set orgUrl to https://acme.okta.com, or set Issuer to CustomUrl.`,
    );
    // It says so itself if it does not say anything.
    scene.strike(/okta-organization/, { do: 'answer', reply: { status: 404, body: '{}' } });
    expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
  });
});

describe('of the Okta secret', () => {
  const secretOf = (SecretString: string): Reply => ({
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ SecretString }),
  });

  test.each<[string, Reply, RegExp]>([
    [
      'that is empty',
      refusal('ResourceNotFoundException', 'There is no such secret.'),
      /^The Okta secret arn:\S+ does not exist or is empty: put JSON with orgUrl and apiToken in it/,
    ],
    ['with an empty value', secretOf(''), /^The Okta secret arn:\S+ does not exist or is empty/],
    [
      'that may not be read',
      refusal('AccessDeniedException', 'Not you.'),
      /^The provider's role may not read the Okta secret arn:\S+: name it in OktaSecretArn or OtherOktaSecretArns of the provider's stack, .* name that key in OktaSecretKmsKeyArn or OtherKmsKeyArns\.$/,
    ],
    ['that is no JSON', secretOf('hello'), /^The Okta secret arn:\S+ cannot be used: ./],
    [
      'with a token that Okta refuses, and does not show it',
      secretOf(JSON.stringify({ orgUrl, apiToken: 'a-token-that-okta-never-issued' })),
      /^(?!.*a-token-that-okta-never-issued).*API token in the Okta secret/,
    ],
    [
      'that was deleted',
      refusal('InvalidRequestException', 'It is marked for deletion.'),
      /^The Okta secret arn:\S+ cannot be read: It is marked for deletion\. Restore it, or name another\.$/,
    ],
    [
      'whose KMS key is disabled',
      refusal('DecryptionFailure', 'The key is disabled.'),
      /^The Okta secret arn:\S+ cannot be decrypted with its KMS key\. Enable that key, or encrypt the secret with another key\.$/,
    ],
    ['that fails otherwise', refusal('InternalServiceError', 'Ouch.'), /^Ouch\.$/],
  ])('%s is reported', async (_, reply, reason) => {
    scene.strike(/GetSecretValue/, { do: 'answer', reply });
    expect(await refusedFor(scene.properties())).toMatch(reason);
  });

  test('that the template names and that is not there is reported by that name', async () => {
    const reply = refusal('ResourceNotFoundException', 'There is no such secret.');
    scene.strike(/GetSecretValue/, { do: 'answer', reply });
    expect(await refusedFor(scene.properties({ OktaSecretId: 'no-such-secret' }))).toMatch(
      /^The Okta secret no-such-secret does not exist or is empty/,
    );
  });

  test('a read ahead that failed is made again', async () => {
    const reply = refusal('InternalServiceError', 'Ouch.');
    scene.strike(/GetSecretValue/, { do: 'answer', reply }, 1);
    expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
  });

  test('an invalid name is not asked for', async () => {
    const calls = await scene.callsOf(() => refusedFor(scene.properties({ OktaSecretId: 'not a name' })));
    expect(calls).not.toContain('Secrets Manager GetSecretValue');
  });

  test('the secret is read once for an event, unless the wait for its turn was long', async () => {
    const reads = async (waitSeconds: number) => {
      scene.world.network.fault = ({ operation }) =>
        operation === 'UpdateItem (acquire)' && scene.world.time.now() < started + waitSeconds * 1000
          ? { do: 'answer', reply: refusal('ProvisionedThroughputExceededException', 'Rate exceeded') }
          : undefined;
      const started = scene.world.time.now();
      const calls = await scene.callsOf(() => scene.create());
      return calls.filter((call) => call.includes('GetSecretValue')).length;
    };
    expect(await reads(0)).toBe(1);
    expect(await reads(20)).toBe(2);
  });
});
