import { apiTokenAuthorization } from '../../../src/okta/authorization.ts';
import { parseOktaCredentials } from '../../../src/okta/credentials.ts';
import { FeatureUnavailableError, OktaError, OktaUnreachableError } from '../../../src/okta/errors.ts';
import { RequestExecutor } from '../../../src/okta/request-executor.ts';
import { oktaError, quickClock, type Reply, type Seen, startOrg } from './scripted-org.ts';

const MINUTE = 60_000;
const APPS = '/api/v1/apps';
const purpose = { to: 'do it', needs: 'okta.apps.manage' } as const;

/** Starts an org with these replies, the last one for good, and gives a way to ask it. */
async function org(
  replies: Reply[] | ((seen: Seen, before: number) => Reply),
  options: { clock?: ReturnType<typeof quickClock>; signal?: AbortSignal; patienceMs?: number } = {},
) {
  const answer =
    typeof replies === 'function'
      ? replies
      : (_: Seen, before: number) => replies[Math.min(before, replies.length - 1)] ?? 'break';
  const started = await startOrg(answer);
  const clock = options.clock ?? quickClock();
  const deadline = clock.now() + (options.patienceMs ?? MINUTE);
  const credentials = parseOktaCredentials(JSON.stringify({ orgUrl: started.orgUrl, apiToken: 'a-token' }));
  if (credentials.kind !== 'apiToken') throw new Error('not an API token');
  const signal = options.signal ?? new AbortController().signal;
  const executor = new RequestExecutor(credentials, { signal, deadline: () => deadline, clock });
  const authorization = apiTokenAuthorization(credentials);
  const ask = (method: string, path = APPS) =>
    executor.execute({ method, url: `${started.orgUrl}${path}`, headers: {} }, purpose, authorization);
  return {
    ask,
    executor,
    seen: started.seen,
    clock,
    orgUrl: started.orgUrl,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}

const ok: Reply = { status: 200, body: {} };
const failure = (status: number): Reply => ({ status, body: oktaError('E0000009', 'Internal Server Error') });

/** A 429 as Okta sends it: the reset in epoch seconds of Okta's own clock, which `date` tells. */
function limited(secondsLeft: number, oktaNow: number): Reply {
  return {
    status: 429,
    body: oktaError('E0000047', 'API call exceeded rate limit due to too many requests.'),
    headers: {
      'x-rate-limit-reset': String(Math.floor(oktaNow / 1000) + secondsLeft),
      date: new Date(oktaNow).toUTCString(),
      'x-okta-request-id': 'req-1',
    },
  };
}

describe('a request to Okta', () => {
  it('carries the API token in Okta’s scheme, and our name for Okta’s log', async () => {
    await using okta = await org([ok]);
    await okta.ask('GET');
    expect(okta.seen[0]?.headers).toMatchObject({
      authorization: 'SSWS a-token',
      'user-agent': expect.stringMatching(/^okta-cognito-idp\/./),
    });
  });

  it.each(['GET', 'PUT', 'DELETE'])('%s is repeated with growing pauses while Okta fails', async (method) => {
    await using okta = await org([failure(500), failure(503), 'break', ok]);
    await okta.ask(method);
    expect(okta.seen).toHaveLength(4);
    expect(okta.clock.slept).toEqual([125, 250, 500]);
  });

  it('a lifecycle operation is repeated: it sets a state', async () => {
    await using okta = await org([failure(502), ok]);
    await okta.ask('POST', `${APPS}/0oa1/lifecycle/deactivate`);
    expect(okta.seen).toHaveLength(2);
  });

  it.each<[string, Reply]>([
    ['a server error', failure(500)],
    ['a broken connection', 'break'],
  ])(
    'that creates something is sent once, and the error after %s says that it may have taken effect',
    async (_, reply) => {
      await using okta = await org([reply, ok]);
      await expect(okta.ask('POST')).rejects.toMatchObject({ mayHaveTakenEffect: true });
      expect(okta.seen).toHaveLength(1);
    },
  );

  it('is given up after a few repeats', async () => {
    await using okta = await org([failure(503)]);
    await expect(okta.ask('GET')).rejects.toThrow('Okta failed to do it (E0000009: Internal Server Error).');
    expect(okta.seen).toHaveLength(6);
  });

  it('is not repeated when the pause would pass the deadline', async () => {
    await using okta = await org([failure(503)], { patienceMs: 300 });
    await expect(okta.ask('GET')).rejects.toThrow(OktaError);
    expect(okta.seen).toHaveLength(2);
  });

  it('tells a connection that was never made from one that broke: nothing can have taken effect', async () => {
    const okta = await org([ok]);
    await okta[Symbol.asyncDispose]();
    const failed = okta.ask('POST');
    await expect(failed).rejects.toBeInstanceOf(OktaUnreachableError);
    await expect(failed).rejects.toMatchObject({
      mayHaveTakenEffect: false,
      message: `Okta at ${okta.orgUrl} gave no answer when asked to do it: the connection failed (ECONNREFUSED). Check the status of the org, then deploy again.`,
    });
  });

  it('ends when the operation is aborted, also while Okta is silent', async () => {
    const stop = new AbortController();
    await using okta = await org(
      () => {
        stop.abort();
        return 'hang';
      },
      { signal: stop.signal },
    );
    await expect(okta.ask('PUT')).rejects.toMatchObject({
      name: 'OktaUnreachableError',
      mayHaveTakenEffect: true,
    });
  });

  it('that answers without end is not read to its end, nor sent again', async () => {
    await using okta = await org([{ status: 200, body: `"${'x'.repeat(6 * 1024 * 1024)}"` }]);
    await expect(okta.ask('GET')).rejects.toThrow(/the answer is larger than 5 MB/);
    expect(okta.seen).toHaveLength(1);
  });

  it('is not sent at all once the deadline has passed', async () => {
    await using okta = await org([ok], { patienceMs: 0 });
    await expect(okta.ask('POST')).rejects.toMatchObject({ mayHaveTakenEffect: false });
    expect(okta.seen).toHaveLength(0);
  });
});

describe('Okta’s rate limit', () => {
  it.each(['GET', 'POST'])('is waited for, also by %s, by Okta’s own clock', async (method) => {
    const clock = quickClock();
    const oktaNow = clock.now() + 7 * MINUTE;
    await using okta = await org([limited(20, oktaNow), ok], { clock });
    await okta.ask(method);
    // 20 seconds, and half a second of chance against a crowd that comes back together.
    expect(clock.slept).toEqual([20_500]);
  });

  it('is waited for as often as it takes', async () => {
    const clock = quickClock();
    await using okta = await org((_, before) => (before < 9 ? limited(1, clock.now()) : ok), { clock });
    await okta.ask('POST');
    expect(okta.seen).toHaveLength(10);
  });

  it('fails at once if it is lifted only after the deadline, with the time and the fix', async () => {
    const clock = quickClock(Date.UTC(2026, 0, 1, 12));
    await using okta = await org([limited(50, clock.now())], { clock, patienceMs: 30_000 });
    await expect(okta.ask('POST')).rejects.toMatchObject({
      status: 429,
      errorCode: 'E0000047',
      requestId: 'req-1',
      mayHaveTakenEffect: false,
      message: expect.stringMatching(
        /rate limit is used up until 2026-01-01T12:00:50.000Z.*Deploy again later.*req-1\.$/,
      ),
    });
    expect(clock.slept).toEqual([]);
  });
});

describe('a rate limit that says nothing sensible', () => {
  const limitedUntil = (reset: string | undefined, limit = '100'): Reply => ({
    status: 429,
    body: oktaError('E0000047', 'API call exceeded rate limit due to too many requests.'),
    headers: { 'x-rate-limit-limit': limit, ...(reset !== undefined && { 'x-rate-limit-reset': reset }) },
  });

  it.each([undefined, '99999999999999999', '4102444800', '1', '-5', 'soon', '1e400'])(
    'of %s does not stop the waiting, and is reported in a sentence',
    async (reset) => {
      await using passing = await org((_, before) => (before < 2 ? limitedUntil(reset) : ok));
      await passing.ask('POST');
      expect(passing.clock.slept).toEqual([3_000, 3_000]);
      await using lasting = await org([limitedUntil(reset)], { patienceMs: 10_000 });
      await expect(lasting.ask('POST')).rejects.toThrow(
        /rate limit is used up, and Okta does not say for how long\. Deploy again later/,
      );
    },
  );

  it('of 0 is the concurrency limit: a second or two are enough, with any reset', async () => {
    const clock = quickClock();
    const reset = String(clock.now() / 1000 + 40);
    await using okta = await org([limitedUntil(reset, '0'), limitedUntil(reset, '0'), ok], { clock });
    await okta.ask('PUT');
    expect(clock.slept).toEqual([1_500, 1_500]);
    await using lasting = await org([limitedUntil(reset, '0')], { patienceMs: 5_000 });
    await expect(lasting.ask('PUT')).rejects.toThrow(/concurrency limit\)\. Deploy again later/);
  });
});

describe('a DELETE that Okta answers with 500', () => {
  it('is repeated for half a minute', async () => {
    await using okta = await org((_, before) => (before < 16 ? failure(500) : ok));
    await okta.ask('DELETE');
    expect(okta.seen).toHaveLength(17);
    await using lasting = await org([failure(500)]);
    await expect(lasting.ask('DELETE')).rejects.toThrow('Okta failed to do it');
    const waited = lasting.clock.slept.reduce((sum, pause) => sum + pause, 0);
    expect(waited).toBeGreaterThanOrEqual(30_000);
    expect(waited).toBeLessThan(35_000);
  });
});

describe('an application that this connection has just created', () => {
  const id = '0oa00000000000000001';
  const created: Reply = { status: 200, body: { id } };
  const notFound = (of = `${id} (AppInstance)`): Reply => ({
    status: 404,
    body: oktaError('E0000007', `Not found: Resource not found: ${of}`),
  });

  it.each([
    ['GET', `${APPS}/${id}`],
    ['PUT', `${APPS}/${id}/groups/00g00000000000000001`],
    ['GET', `${APPS}/${id}/credentials/secrets`],
    ['POST', `${APPS}/${id}/credentials/secrets`],
    ['POST', `${APPS}/${id}/lifecycle/deactivate`],
    ['DELETE', `${APPS}/${id}`],
  ])('is not taken for gone while Okta may lag: %s %s', async (method, path) => {
    await using okta = await org([created, notFound(), notFound(), notFound(), ok]);
    await okta.ask('POST');
    await okta.ask(method, path);
    expect(okta.seen).toHaveLength(5);
  });

  it('is gone if Okta says so for ten seconds', async () => {
    await using okta = await org([created, notFound()]);
    await okta.ask('POST');
    await expect(okta.ask('GET', `${APPS}/${id}`)).rejects.toMatchObject({ isNotFound: true });
    expect(okta.clock.slept.reduce((sum, pause) => sum + pause, 0)).toBe(10_000);
    const before = okta.seen.length;
    await expect(okta.ask('GET', `${APPS}/${id}`)).rejects.toMatchObject({ isNotFound: true });
    expect(okta.seen).toHaveLength(before + 1);
  });

  it('is not reported as gone if the time is up before', async () => {
    await using okta = await org([created, notFound()], { patienceMs: 3_000 });
    await okta.ask('POST');
    const failed = okta.ask('GET', `${APPS}/${id}`);
    await expect(failed).rejects.toBeInstanceOf(OktaUnreachableError);
    await expect(failed).rejects.toThrow(/did not show the new application in time/);
  });

  it('is gone at once after our own delete', async () => {
    await using okta = await org([created, { status: 204 }, notFound()]);
    await okta.ask('POST');
    await okta.ask('DELETE', `${APPS}/${id}`);
    await expect(okta.ask('DELETE', `${APPS}/${id}`)).rejects.toMatchObject({ isNotFound: true });
    expect(okta.seen).toHaveLength(3);
  });

  it.each<[string, string, Reply]>([
    ['another application', '0oa00000000000000002', notFound('0oa00000000000000002 (AppInstance)')],
    ['a group of it', `${id}/groups/00g1`, notFound('00g1 (UserGroup)')],
    ['a page that is not Okta’s', id, { status: 404, body: '<html>' }],
  ])('has nothing to do with "not found" about %s', async (_, path, reply) => {
    await using okta = await org([created, reply]);
    await okta.ask('POST');
    await expect(okta.ask('PUT', `${APPS}/${path}`)).rejects.toMatchObject({ status: 404 });
    expect(okta.seen).toHaveLength(2);
  });
});

describe('a feature that the org does not have', () => {
  it('is not taken for a bad token, although Okta answers 401', async () => {
    await using okta = await org([
      { status: 401, body: oktaError('E0000015', 'You do not have permission to access the feature') },
    ]);
    const failed = okta.ask('POST');
    await expect(failed).rejects.toBeInstanceOf(FeatureUnavailableError);
    await expect(failed).rejects.toThrow(/does not have this feature.*credentials .* are not the cause\./);
    await expect(failed).rejects.not.toThrow(/API token/);
  });
});

describe('a refusal', () => {
  it('is reported in Okta’s words, with its causes and the request ID', async () => {
    await using okta = await org([
      {
        status: 400,
        body: oktaError('E0000001', 'Api validation failed: label', 'label: must not be blank'),
        headers: { 'x-okta-request-id': 'req-7' },
      },
    ]);
    await expect(okta.ask('POST')).rejects.toMatchObject({
      status: 400,
      errorCode: 'E0000001',
      requestId: 'req-7',
      message:
        'Okta refused to do it (E0000001: Api validation failed: label; label: must not be blank). Correct what Okta names, then deploy again. Okta request ID req-7.',
    });
    expect(okta.seen).toHaveLength(1);
  });

  it.each([
    [
      401,
      oktaError('E0000011', 'Invalid token provided'),
      /revoked, was not used for 30 days, belongs to another org, its administrator was deactivated, or its network zone/,
    ],
    [
      403,
      oktaError('E0000006', 'You do not have permission'),
      /needs the role Application Administrator, or a custom role with the permissions okta\.apps\.manage, okta\.apps\.clientCredentials\.read, okta\.groups\.read and okta\.groups\.appAssignment\.manage\. .* resource set/,
    ],
    [403, '<html>Blocked</html>', /did not come from Okta's API.* network zone .* proxy or firewall/],
    [404, '<html>Not here</html>', /did not come from Okta's API.* Check "orgUrl".* proxy/],
    [
      400,
      oktaError(
        'E0000001',
        'Api validation failed: label',
        'label: An active OpenID Connect Client instance with the label "shop" already exists.',
      ),
      /Set ApplicationLabel to another label/,
    ],
    [
      400,
      oktaError(
        'E0000001',
        'Api validation failed: generalSettings',
        'Cannot create application instance. Maximum number of instances has been reached.',
      ),
      /reached its number of applications\. Delete applications/,
    ],
    [
      400,
      oktaError(
        'E0000001',
        'Api validation failed: GroupAppAssignment',
        'It is not possible to assign groups to an AppInstance that has Federation Broker Mode enabled',
      ),
      /takes no groups\. Set Access to FederationBrokerMode/,
    ],
  ])('with status %i says what to do', async (status, body, cure) => {
    await using okta = await org([{ status, body }]);
    await expect(okta.ask('GET')).rejects.toThrow(cure);
  });

  it('of another kind does not blame the rights', async () => {
    await using okta = await org([
      { status: 403, body: oktaError('E0000056', 'Delete application forbidden.') },
    ]);
    await expect(okta.ask('DELETE')).rejects.toThrow(
      /^Okta refused to do it \(E0000056: Delete application forbidden\.\)\. Correct what Okta names, then deploy again\.$/,
    );
  });

  it('does not fill the answer to CloudFormation', async () => {
    await using okta = await org([{ status: 400, body: oktaError('E0000001', 'x'.repeat(10_000)) }]);
    await expect(okta.ask('GET')).rejects.toMatchObject({ message: expect.stringMatching(/^.{0,600}$/) });
  });
});

describe('the token stays with the org', () => {
  it('a redirect is refused, not followed', async () => {
    await using elsewhere = await org([ok]);
    await using okta = await org([{ status: 302, headers: { location: `${elsewhere.orgUrl}/api/v1/apps` } }]);
    await expect(okta.ask('GET')).rejects.toThrow(/redirects elsewhere: put the org's own URL into "orgUrl"/);
    expect(elsewhere.seen).toHaveLength(0);
  });

  it('a page of another host is not fetched', async () => {
    await using elsewhere = await org([ok]);
    await using okta = await org([ok]);
    const request = { method: 'GET', url: `${elsewhere.orgUrl}/api/v1/apps?after=x`, headers: {} };
    await expect(okta.executor.execute(request, purpose)).rejects.toThrow(/points to another host/);
    expect(elsewhere.seen).toHaveLength(0);
  });

  it('a web page is not taken for an answer', async () => {
    await using okta = await org([{ status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }]);
    await expect(okta.ask('GET')).rejects.toThrow(/other than Okta's JSON; check "orgUrl"/);
  });
});
