import type { CustomResourceEvent, Properties } from '../../support/custom-resource.ts';
import type { Invocation } from '../../support/invocation.ts';
import { leaks } from '../../support/leaks.ts';
import { answerTo, type Delivery, hand, run } from '../../support/virtual/lambda.ts';
import { Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

/** What Lambda hands to the on-failure destination of a function whose handler threw. */
const recordOf = (requestPayload: unknown, errorMessage: string) => ({
  version: '1.0',
  requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
  requestPayload,
  responsePayload: { errorType: 'Error', errorMessage },
});

function afterDeathOf(event: CustomResourceEvent, errorMessage: string): Promise<Invocation> {
  const { world } = scene;
  return world.time.run(world.invoke('failsafe', recordOf(event, errorMessage)));
}

const answerIn = ({ url }: Delivery): unknown => JSON.parse(url.stored[0] ?? '{}');

test('the failsafe redacts the address of the answer, in every form, in its answer, its log and the journal', async () => {
  const id = await scene.made();
  const event = scene.resource.update(id, scene.properties(), scene.properties());
  const delivery = hand(scene.world, event);
  const { href, signature } = delivery.url;
  const planted = `PUT ${href} failed; ${encodeURIComponent(href)}; ${Buffer.from(href).toString('base64')}`;
  const { output } = await afterDeathOf(delivery.event, planted);
  expect(answerIn(delivery)).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('PUT [redacted] failed'),
  });
  const places = new Map([
    ['its answer', delivery.url.stored.join()],
    ['its log', output],
    ['the journal', JSON.stringify([...scene.world.leases])],
  ]);
  expect(places.get('its log')).toContain('answering for it');
  expect(places.get('the journal')).toContain('died');
  expect(leaks(new Map([['the signature', signature]]), places)).toEqual([]);
});

test.each([
  ['of another request', (url: string) => url.replace(/%7C[^%?]*\?/, '%7Canother?')],
  ['of year 9999', (url: string) => url.replace(/X-Amz-Date=\d{4}/, 'X-Amz-Date=9999')],
])('the failsafe does nothing for an event whose address is one %s', async (_, changed) => {
  const id = await scene.made();
  const { journal } = scene;
  const event = scene.resource.update(id, scene.properties(), scene.properties());
  const url = scene.world.bucket.open(event);
  const { output } = await afterDeathOf({ ...event, ResponseURL: changed(url.href) }, 'Runtime exited');
  expect(output).toContain('it was ignored');
  expect(url.attempts).toEqual([]);
  expect(scene.journal).toEqual(journal);
});

test.each<[string, Properties]>([
  ['a pool that is none', { UserPoolId: 'us-east-1_x/../y' }],
  ['a pool that is a text', { UserPoolId: 'no pool\u001B[2K' }],
  ['a provider name that Cognito refuses', { ProviderName: 'a|b' }],
  ['a provider name with a control character', { ProviderName: 'Okta\u009B2J' }],
])('the failsafe makes no physical ID of %s', async (_, wrong) => {
  const delivery = hand(scene.world, scene.resource.create(scene.properties(wrong)));
  await afterDeathOf(delivery.event, 'Runtime exited');
  expect(answerIn(delivery)).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: `nothing-made|${delivery.event.RequestId}`,
  });
});

test('the failsafe gives the Create that died a physical ID by which its Delete finds what it made', async () => {
  const delivery = hand(scene.world, scene.resource.create(scene.properties()));
  await afterDeathOf(delivery.event, 'Runtime exited');
  expect(answerIn(delivery)).toMatchObject({
    PhysicalResourceId: `${scene.pool.id}|Okta|?${delivery.event.RequestId}`,
  });
});

test('what the dead-letter queue gets holds no secret but what CloudFormation itself sent', async () => {
  const { world } = scene;
  const id = await scene.made();
  const old = scene.properties();
  const changed = scene.properties({ SecretVersion: '2', Notes: 'a note that is in the event' });
  const delivery = hand(world, scene.resource.update(id, changed, old));
  scene.strike(/^CloudFormation PUT/, { do: 'answer', reply: { status: 403 } });
  const provider = await world.time.run(run(world, delivery));
  const failsafe = await afterDeathOf(delivery.event, String(provider.result));
  scene.heal();
  expect([provider.ended, failsafe.ended]).toEqual(['threw', 'threw']);
  // As Lambda writes it: the record of the failsafe's failure, which holds that of the provider's.
  const { event } = delivery;
  const message = recordOf(recordOf(event, String(provider.result)), String(failsafe.result));
  const withoutEvent = JSON.stringify(message).replace(JSON.stringify(event), '');
  expect(JSON.stringify(message)).toContain(event.ResponseURL);
  const { document, secrets } = scene.application;
  const known = new Map([
    ['the API token', world.org.apiToken],
    ...secrets.map(({ value }, n) => [`client secret ${n}`, value] as const),
    ['the one that Cognito has', scene.provider?.ProviderDetails.client_secret ?? ''],
  ]);
  expect(document.label).toBe('shop Federation');
  expect([...known.values()].filter((value) => value.length < 20)).toEqual([]);
  expect(leaks(known, new Map([['the message', JSON.stringify(message)]]))).toEqual([]);
  const own = new Map([
    ['the signature', delivery.url.signature],
    ['a property', 'a note that is in the event'],
  ]);
  const said = new Map([
    ['the rest of the message', withoutEvent],
    ['the log of the provider', provider.output],
    ['the log of the failsafe', failsafe.output],
  ]);
  expect(leaks(own, said)).toEqual([]);
  await world.time.run(answerTo(world, delivery));
});
