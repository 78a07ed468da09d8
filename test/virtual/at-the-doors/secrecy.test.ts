import type { Answer, CustomResourceEvent } from '../../support/custom-resource.ts';
import { leaks } from '../../support/leaks.ts';
import { answerTo, hand, run } from '../../support/virtual/lambda.ts';
import type { Fault } from '../../support/virtual/network.ts';
import { orgUrl } from '../../support/virtual/okta.ts';
import { idOf, Scene } from './scene.ts';

// What a failing Okta could make the function write down. Its output as a process: test/integration/secrecy.test.ts.

let scene: Scene;
let id: string;
/** Every secret so far, by what it is. */
let secrets: Map<string, string>;
/** All that the function wrote or answered, by its place. */
let places: Map<string, string>;

beforeEach(async () => {
  scene = new Scene();
  secrets = new Map([['the API token', scene.world.org.apiToken]]);
  places = new Map();
  scene.world.network.heard = ({ body }) => {
    for (const [, secret = ''] of body.toString().matchAll(/"client_secret":"([^"]+)"/g))
      secrets.set(`client secret ${secrets.size}`, secret);
  };
  id = idOf(await seen(scene.resource.create(scene.properties())));
});

/** Sends an event, and keeps all that can be read of it. */
async function seen(event: CustomResourceEvent): Promise<Answer> {
  const { world } = scene;
  const delivery = hand(world, event);
  const { output, result } = await world.time.run(run(world, delivery));
  const answer = await world.time.run(answerTo(world, delivery));
  places.set(`${places.size} the log of ${event.RequestType}`, output);
  places.set(`${places.size} the result of ${event.RequestType}`, JSON.stringify(result) ?? '');
  places.set(`${places.size} the answer to ${event.RequestType}`, delivery.url.stored.join('\n'));
  secrets.set(`the signature of ResponseURL ${secrets.size}`, delivery.url.signature);
  return answer;
}

/** An Update and its rollback. @returns how the Update ended */
async function seenUpdate(label: string): Promise<Answer> {
  const changed = scene.properties({ ApplicationLabel: label });
  const answer = await seen(scene.resource.update(id, changed, scene.properties()));
  await seen(scene.resource.update(id, scene.properties(), changed));
  return answer;
}

function expectNoLeaks(): void {
  places.set('the table', JSON.stringify([...scene.world.leases.values()]));
  expect([...secrets.keys()].filter((what) => what.startsWith('client secret'))).not.toEqual([]);
  expect(places.get('the table')).toContain('answered');
  expect(leaks(secrets, places)).toEqual([]);
}

const headers = { 'content-type': 'application/json' };

test.each<[string, (apiToken: string) => Fault]>([
  ['HTTP 400 that quotes the token', (token) => quoting(400, token)],
  ['HTTP 401 that quotes the token', (token) => quoting(401, token)],
  ['HTTP 500 that quotes the token', (token) => quoting(500, token)],
  [
    'broken JSON with the token',
    (token) => ({ do: 'answer', reply: { status: 200, headers, body: `{"token":"${token}"x` } }),
  ],
  ['a connection that breaks', () => ({ do: 'reset' })],
  ['a connection that breaks after the work', () => ({ do: 'reset after' })],
])('no secret is seen if Okta answers with %s', async (_, fault) => {
  scene.strike(/^Okta /, fault(scene.world.org.apiToken));
  expect(await seenUpdate('Shop')).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  await seen(scene.resource.delete(id, scene.properties()));
  expectNoLeaks();
});

function quoting(status: number, apiToken: string): Fault {
  const errorSummary = `Api validation failed: SSWS ${apiToken}`;
  return {
    do: 'answer',
    reply: { status, headers, body: JSON.stringify({ errorCode: 'E0000001', errorSummary }) },
  };
}

test.each<[string, (apiToken: string) => string]>([
  ['broken JSON', (token) => `{"orgUrl":"${orgUrl}","apiToken":"${token}"x}`],
  ['the token itself', (token) => token],
  ['a list', (token) => JSON.stringify([token])],
])('no secret is seen if the Okta secret is %s', async (_, value) => {
  await scene.passes(60);
  // A process that has met the token redacts it, also if a message quotes it. This one has not.
  scene.world.configure();
  const body = JSON.stringify({ SecretString: value(scene.world.org.apiToken) });
  const reply = { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
  scene.strike(/GetSecretValue/, { do: 'answer', reply });
  expect(await seenUpdate('Shop')).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('Okta secret'),
  });
  expectNoLeaks();
});
