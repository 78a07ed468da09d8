import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Stack } from '../support/cloudformation.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import type { OktaFault } from '../support/local-okta.ts';
import { seededUser, signIn } from '../support/sign-ins.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

// A killed holder's lease runs out after half a minute. The cases wait for theirs together.
let around: Surroundings;

beforeAll(async () => {
  // Time to wait for the lease and to rotate.
  around = await startSurroundings(120_000);
});

afterAll(() => around[Symbol.asyncDispose]());

afterEach(async () => {
  around.cognito.beforeCall = () => {};
  around.cognito.faults.clear();
  await around.okta.clearFaults();
});

/** A federation of its own, to rotate the secret of. */
async function deployed() {
  const pool = createUserPool(around.cognito.state);
  const stack = around.stack();
  const properties = (SecretVersion: number) => ({ UserPoolId: pool.id, SecretVersion });
  await stack.create(properties(1));
  const application = `/api/v1/apps/${stack.attributes.ApplicationId}`;
  const secret = () =>
    around.cognito.state.providers.get(providerKey(pool.id, 'Okta'))?.ProviderDetails.client_secret;
  const rotateTo = (version: number) =>
    stack.event('Update', properties(version), target(stack, properties(1)));
  const rollBack = () => stack.event('Update', properties(1), target(stack, properties(2)));
  return { pool, stack, application, secret, first: secret(), rotateTo, rollBack };
}

type Deployed = Awaited<ReturnType<typeof deployed>>;

const target = (stack: Stack, OldResourceProperties: Record<string, unknown>) => ({
  PhysicalResourceId: stack.physicalResourceId ?? '',
  OldResourceProperties,
});

const shownSecrets = z.array(z.object({ id: z.string(), status: z.string(), client_secret: z.string() }));

/** What somebody would see who looks after it: one secret, that Cognito has, and a person who signs in. */
async function outcome({ pool, application, secret, first }: Deployed) {
  const secrets = shownSecrets.parse(await around.okta.call('GET', `${application}/credentials/secrets`));
  const { profile } = z
    .looseObject({ profile: z.looseObject({ okta_cognito_idp: z.looseObject({}) }) })
    .parse(await around.okta.call('GET', application));
  return {
    secrets: secrets.map(({ status, client_secret }) =>
      client_secret === secret() ? status : `${status}, not used`,
    ),
    rotated: secret() !== first,
    noted: profile.okta_cognito_idp.secretVersion,
    underWay: profile.okta_cognito_idp.rotation,
    signedIn: await signIn(around, { userPoolId: pool.id }, await seededUser(around)).then(
      () => true,
      (error: unknown) => String(error),
    ),
  };
}

const settledAt = (version: number) => ({
  secrets: ['ACTIVE'],
  rotated: version > 1,
  noted: String(version),
  underWay: undefined,
  signedIn: true,
});

/** A call about the application of the case: Okta's, by its method and the path's end, or Cognito's. */
type Moment = readonly [
  name: string,
  call: { method: string; path: string; nth?: number } | 'UpdateIdentityProvider',
];

/** Every call of a rotation that changes something. */
const changes: Moment[] = [
  ['the note that it begins', { method: 'PUT', path: '$' }],
  ['the making of the second secret', { method: 'POST', path: '/credentials/secrets$' }],
  ['the provider taking it', 'UpdateIdentityProvider'],
  ['the deactivation of the first', { method: 'POST', path: '/.*/deactivate$' }],
  ['the deletion of the first', { method: 'DELETE', path: '/.*' }],
  ['the note that it is done', { method: 'PUT', path: '$', nth: 2 }],
];

const reads: Moment[] = [
  ['the reading of the secrets', { method: 'GET', path: '/credentials/secrets$' }],
  ['the reading of the application', { method: 'GET', path: '$', nth: 2 }],
];

const calls = z.array(z.looseObject({ path: z.string(), fault: z.string().optional() }));

/** Kills as soon as the call is under way; it takes effect all the same, after the process is dead. */
async function killAt(call: Moment[1], { pool, application }: Deployed): Promise<AbortSignal> {
  const killer = new AbortController();
  if (call === 'UpdateIdentityProvider') {
    const others = around.cognito.beforeCall;
    around.cognito.beforeCall = async (had) => {
      const isIt = had.operation === call && JSON.stringify(had.input).includes(pool.id);
      if (!isIt || killer.signal.aborted) return others(had);
      killer.abort();
      await pause(700);
    };
    return killer.signal;
  }
  await around.okta.fault({
    ...call,
    path: `^${application}${call.path}`,
    action: { type: 'hang', ms: 700 },
  });
  const watch = async () => {
    const had = calls.parse(await around.okta.control('GET', '/calls'));
    if (had.some(({ path, fault }) => path.startsWith(application) && fault === 'hang')) killer.abort();
    else setTimeout(watch, 50);
  };
  void watch();
  return killer.signal;
}

async function killedAt([name, call]: Moment) {
  const it = await deployed();
  const event = it.rotateTo(2);
  const { invocation } = await it.stack.send(event, await killAt(call, it));
  await pause(800);
  return { it, event, name, ended: invocation.ended };
}

async function repeated(moment: Moment) {
  const { it, event, ...told } = await killedAt(moment);
  const { answer } = await it.stack.send(event);
  return { ...told, status: answer?.Status, ...(await outcome(it)) };
}

async function rolledBack(moment: Moment) {
  const { it, event: _, ...told } = await killedAt(moment);
  const { answer } = await it.stack.send(it.rollBack());
  const left = await outcome(it);
  await it.stack.send(it.rotateTo(3));
  return { ...told, status: answer?.Status, left, ...(await outcome(it)) };
}

test('a rotation that is killed at any of its changes goes on when the event is repeated, and leaves nothing when it is rolled back', async () => {
  const killed = changes.map(([name]) => ({ name, ended: 'killed', status: 'SUCCESS' }));
  const [oneHalf, otherHalf] = await Promise.all([
    Promise.all(changes.map(repeated)),
    Promise.all(changes.map(rolledBack)),
  ]);
  expect(oneHalf).toEqual(killed.map((each) => ({ ...each, ...settledAt(2) })));
  // Either secret may stay; what counts is that there is one, and that it works.
  const left = { ...settledAt(1), rotated: expect.any(Boolean) };
  expect(otherHalf).toEqual(killed.map((each) => ({ ...each, left, ...settledAt(3) })));
});

/** Lets the call fail; then CloudFormation rolls back if that failed the update, and the person tries again. */
async function failedAt([name, call]: Moment, action: OktaFault['action'], times: number) {
  const it = await deployed();
  if (call === 'UpdateIdentityProvider') {
    const notYou = { type: 'error', code: 'NotAuthorizedException', message: 'Not you.' } as const;
    around.cognito.faults.add({ operation: call, action: times === 1 ? notYou : { type: 'reset-after' } });
  } else await around.okta.fault({ ...call, path: `^${it.application}${call.path}`, times, action });
  const first = await it.stack.send(it.rotateTo(2));
  if (first.answer?.Status === 'FAILED') {
    expect(first.answer.Reason).toMatch(/Okta|Not you/);
    const back = await it.stack.send(it.rollBack());
    const rolledBack = await outcome(it);
    expect({ name, status: back.answer?.Status, ...rolledBack }).toEqual({
      name,
      status: 'SUCCESS',
      ...settledAt(1),
      rotated: expect.any(Boolean),
    });
    await it.stack.send(it.rotateTo(3));
  }
  return { name, ...(await outcome(it)) };
}

// A refusal is final; where a server fails, the call is repeated five times, and each may have taken effect.
const refused = {
  type: 'answer',
  status: 403,
  body: { errorCode: 'E0000006', errorSummary: 'No.' },
} as const;
const failing = { type: 'answer-after', status: 500 } as const;

test('a rotation ends well with any of its calls refused, or failing though it takes effect', async () => {
  const moments = [...changes, ...reads];
  const inOkta = moments.filter(([, call]) => call !== 'UpdateIdentityProvider');
  const results = [];
  // Cognito's faults strike whoever comes next, so those go alone.
  for (const moment of moments.filter((each) => !inOkta.includes(each))) {
    results.push(await failedAt(moment, refused, 1), await failedAt(moment, failing, 6));
  }
  const together = inOkta.flatMap((moment) => [failedAt(moment, refused, 1), failedAt(moment, failing, 6)]);
  results.push(...(await Promise.all(together)));
  expect(results).toEqual(
    results.map(({ name }) => ({ name, ...settledAt(2), noted: expect.stringMatching(/2|3/) })),
  );
});
