import * as fc from 'fast-check';
import { propertiesSchema } from '../../../src/federation/properties/properties.ts';
import { goodEvent, goodProperties, send } from '../../support/in-process/send.ts';
import { startWorld, type World } from '../../support/in-process/world.ts';
import { randomTimeout, tryAtRandom } from '../../support/random-runs.ts';
import { evilUrls, homoglyph, hostileValue } from './hostile-values.ts';

jest.setTimeout(randomTimeout);

/** All tests of this file share 10,000 events, and the time. */
const hold = <T>(property: fc.IAsyncProperty<T>, part: number) =>
  tryAtRandom({ what: 'hostile events', full: 10_000 * part, property, part });

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

beforeEach(() => world.okta.forget());

const requestType = fc.constantFrom('Create', 'Update', 'Delete');
const propertyName = fc.constantFrom(...Object.keys(propertiesSchema().shape));

test('the world lets a good event through, so that what follows means something', async () => {
  const { answer } = await send(world, goodEvent(world));
  expect(answer?.Status).toBe('SUCCESS');
});

test('any property may be anything', async () => {
  const properties = fc.dictionary(propertyName, hostileValue, { minKeys: 1, maxKeys: 3 });
  await hold(
    fc.asyncProperty(requestType, properties, async (type, changed) => {
      world.okta.forget();
      const ResourceProperties = { ...goodProperties(world), ...changed };
      const { answer } = await send(world, { ...goodEvent(world, type), ResourceProperties });
      expect(answer).toBeDefined();
    }),
    0.45,
  );
});

/** The address of an answer names these: an event that is changed in one of them has the address of another. */
const namesInAddress = ['StackId', 'LogicalResourceId', 'RequestId'];
const isMoved = (changed: readonly (readonly [string, unknown])[]) =>
  changed.some(([name]) => namesInAddress.includes(name));

test('any field of the event may be anything, and it is answered at its own address', async () => {
  const field = fc.constantFrom(
    ...['RequestType', 'RequestId', 'ResourceType', 'LogicalResourceId', 'StackId', 'PhysicalResourceId'],
    ...['ResourceProperties', 'OldResourceProperties', '__proto__', 'constructor'],
  );
  const changes = fc.array(fc.tuple(field, hostileValue), { maxLength: 3 });
  await hold(
    fc.asyncProperty(requestType, changes, async (type, changed) => {
      world.okta.forget();
      const { answer } = await send(world, { ...goodEvent(world, type), ...Object.fromEntries(changed) });
      expect(answer !== undefined).toBe(!isMoved(changed));
    }),
    0.25,
  );
});

test('a physical ID leads nowhere but to the pool and the application that it names', async () => {
  const part = fc.oneof(
    hostileValue.filter((value) => typeof value === 'string'),
    fc.constantFrom('us-east-1_x', 'Okta', '..', '.', '%2e%2e', '/'),
  );
  const change = fc.constantFrom('Update', 'Delete');
  await hold(
    fc.asyncProperty(change, fc.array(part, { maxLength: 4 }), async (type, parts) => {
      world.okta.forget();
      const event = { ...goodEvent(world, type), PhysicalResourceId: parts.join('|') };
      const { outgoing, answer } = await send(world, event);
      expect(answer).toBeDefined();
      for (const { url } of outgoing.filter(({ url: { origin } }) => origin === world.okta.url)) {
        expect(url.pathname).toMatch(
          /^\/(api\/v1\/(apps|groups)(\/[0-9A-Za-z]+)*|oauth2\/v1\/[a-z]+|\.well-known\/[a-z-]+)$/,
        );
      }
    }),
    0.1,
  );
});

test('an answer goes to AWS over https or nowhere', async () => {
  const address = fc.oneof(hostileValue, fc.constantFrom(...evilUrls), fc.webUrl());
  await hold(
    fc.asyncProperty(requestType, address, async (type, ResponseURL) => {
      const { outgoing } = await send(world, { ...goodEvent(world, type), ResponseURL });
      expect(outgoing).toEqual([]);
    }),
    0.1,
  );
});

test('the failsafe answers every event with an address, and no other event', async () => {
  const field = fc.constantFrom(
    'RequestType',
    'StackId',
    'RequestId',
    'PhysicalResourceId',
    'ResourceProperties',
  );
  const died = fc.oneof(hostileValue, fc.record({ errorType: hostileValue, errorMessage: hostileValue }));
  const changes = fc.array(fc.tuple(field, hostileValue), { maxLength: 3 });
  await hold(
    fc.asyncProperty(requestType, changes, died, async (type, changed, responsePayload) => {
      const requestPayload = { ...goodEvent(world, type), ...Object.fromEntries(changed) };
      const { answer } = await send(world, { requestPayload, responsePayload }, 'failsafe');
      expect(answer?.Status).toBe(isMoved(changed) ? undefined : 'FAILED');
    }),
    0.05,
  );
  await hold(
    fc.asyncProperty(hostileValue, async (event) => {
      const requestPayload = { ...goodEvent(world), ResponseURL: event };
      for (const failure of [event, { requestPayload: event }, { requestPayload }]) {
        expect((await send(world, failure, 'failsafe')).outgoing).toEqual([]);
      }
    }),
    0.02,
  );
});

test('a malformed event does nothing', async () => {
  await hold(
    fc.asyncProperty(fc.oneof(hostileValue, fc.anything()), async (event) => {
      const { outgoing } = await send(world, event);
      expect(outgoing).toEqual([]);
    }),
    0.05,
  );
});

test.each(Object.keys(propertiesSchema().shape).filter((name) => homoglyph(name) !== name))(
  '%s with a letter that only looks right is an error that names the right one',
  async (name) => {
    const ResourceProperties = { ...goodProperties(world), [homoglyph(name)]: 'x' };
    const { answer } = await send(world, { ...goodEvent(world), ResourceProperties });
    expect(answer?.Status).toBe('FAILED');
    expect(answer?.Reason).toContain(`did you mean ${name}?`);
  },
);
