import { readdirSync, readFileSync } from 'node:fs';
import { parsePhysicalId } from '../../../src/cloudformation/physical-id.ts';
import { parseRequest, returnAddressOf, signedAt } from '../../../src/cloudformation/request.ts';
import { whyNotAnswerTo } from '../../../src/cloudformation/response-address.ts';
import { parseProperties } from '../../../src/federation/properties/properties.ts';

const names = readdirSync('events').filter((name) => name.endsWith('.json'));
const load = (name: string): unknown => JSON.parse(readFileSync(`events/${name}`, 'utf8'));
const read = (name: string) => parseRequest(load(name));

test('there is a sample event of each request type', () => {
  expect(new Set(names.map((name) => read(name).requestType))).toEqual(
    new Set(['Create', 'Update', 'Delete']),
  );
});

test.each(names)('%s is an event that the function takes, with an address that it may answer to', (name) => {
  const request = read(name);
  const address = returnAddressOf(load(name));
  if (!address) throw new Error(`${name} has no address.`);
  const sent = signedAt(address.responseUrl.reveal()) ?? Date.now();
  expect(whyNotAnswerTo(address, sent, undefined)).toBeUndefined();
  // A Delete takes any properties: they may be what failed the Create.
  if (request.requestType !== 'Delete')
    expect(parseProperties(request.properties).UserPoolId).toBe('us-east-1_Example');
});

test('replace.json names another provider than its physical ID, and update.json the same', () => {
  const told = ['replace.json', 'update.json'].map((name) => {
    const request = read(name);
    const physical =
      request.requestType === 'Update' ? parsePhysicalId(request.physicalResourceId) : undefined;
    return physical?.providerName === parseProperties(request.properties).ProviderName;
  });
  expect(told).toEqual([false, true]);
});
