import fc from 'fast-check';
import { whyNotAnswerTo } from '../../../src/cloudformation/response-address.ts';
import { Secret } from '../../../src/secret.ts';
import { assertAtRandom } from '../../support/random-runs.ts';

const now = Date.parse('2026-06-01T12:00:00Z');
const requestId = '7f2c1f0e-6a0d-4b27-9a51-0d7b5f2f9f10';
const stackIdOf = (region: string, partition = 'aws') =>
  `arn:${partition}:cloudformation:${region}:111122223333:stack/shop/5d0c5c10-0000-11f0-8000-0e3f4d1c5a6b`;
const hostOf = (region: string, domain = 'amazonaws.com') =>
  `cloudformation-custom-resource-response-${region.replaceAll('-', '')}.s3.${region}.${domain}`;
const dated = (date: string) => `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}&X-Amz-Expires=7200`;

interface Given {
  readonly stackId?: string;
  readonly host?: string;
  readonly path?: string;
  readonly query?: string;
  readonly url?: string;
  readonly endpoint?: string;
}

function ruleOf(given: Given): string | undefined {
  const stackId = given.stackId ?? stackIdOf('us-west-2');
  const path = given.path ?? encodeURIComponent(`${stackId}|Federation|${requestId}`).replaceAll('%2F', '/');
  const url =
    given.url ??
    `https://${given.host ?? hostOf('us-west-2')}/${path}?${given.query ?? dated('20260601T115958Z')}`;
  const address = {
    responseUrl: new Secret(url),
    requestId,
    stackId,
    logicalResourceId: 'Federation',
    physicalResourceId: undefined,
  };
  return whyNotAnswerTo(address, now, given.endpoint)?.rule;
}

test.each([
  ['us-west-2', 'aws', hostOf('us-west-2')],
  ['eu-west-1', 'aws', 'cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com'],
  ['us-east-1', 'aws', 'cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com'],
  ['us-east-1', 'aws', 'cloudformation-custom-resource-response-useast1.s3.amazonaws.com'],
  ['us-gov-west-1', 'aws-us-gov', hostOf('us-gov-west-1')],
  ['cn-north-1', 'aws-cn', hostOf('cn-north-1', 'amazonaws.com.cn')],
  ['eusc-de-east-1', 'aws-eusc', hostOf('eusc-de-east-1', 'amazonaws.eu')],
])('CloudFormation of %s (%s) has its bucket at %s', (region, partition, host) => {
  expect(ruleOf({ stackId: stackIdOf(region, partition), host })).toBeUndefined();
});

test('an address with signature version 2 says when it expires', () => {
  const query = (expires: number) => `AWSAccessKeyId=AKIAEXAMPLE&Expires=${expires}&Signature=made-up`;
  const seconds = Math.floor(now / 1000);
  expect(ruleOf({ query: query(seconds + 7_200) })).toBeUndefined();
  expect(ruleOf({ query: query(seconds + 7_200 + 299) })).toBeUndefined();
  expect(ruleOf({ query: query(seconds + 7_200 + 301) })).toBe('date');
});

const loopback = { endpoint: 'http://127.0.0.1:4566', host: '127.0.0.1:4566' };
const local = `http://127.0.0.1:4566/${encodeURIComponent(`${stackIdOf('us-west-2')}|Federation|${requestId}`)}`;

test('loopback is for a local AWS, and with the path and the date of AWS', () => {
  const url = `${local}?${dated('20260601T115958Z')}`;
  expect(ruleOf({ url, endpoint: loopback.endpoint })).toBeUndefined();
  expect(ruleOf({ url })).toBe('host');
  expect(ruleOf({ url, endpoint: 'https://vpce-1.cloudformation.us-west-2.vpce.amazonaws.com' })).toBe(
    'host',
  );
  expect(ruleOf({ url: 'http://127.0.0.1:4566/answer', endpoint: loopback.endpoint })).toBe('path');
  expect(ruleOf({ url: local, endpoint: loopback.endpoint })).toBe('date');
  expect(ruleOf({ url: `${local}?Expires=1`, endpoint: loopback.endpoint })).toBe('date');
});

test.each<[string, Given, string]>([
  ["another account's bucket", { host: 'attacker.s3.us-west-2.amazonaws.com' }, 'host'],
  ["another region's bucket", { host: hostOf('eu-west-1') }, 'host'],
  ['a bucket whose name only begins like it', { host: `${hostOf('us-west-2')}.example.com` }, 'host'],
  [
    'a longer bucket name',
    { host: 'x-cloudformation-custom-resource-response-uswest2.s3.us-west-2.amazonaws.com' },
    'host',
  ],
  ['another service of AWS', { host: 'sqs.us-west-2.amazonaws.com' }, 'host'],
  ["another partition's domain", { host: hostOf('us-west-2', 'amazonaws.com.cn') }, 'host'],
  ['a partition that AWS does not have', { stackId: stackIdOf('us-west-2', 'aws-x') }, 'host'],
  [
    'a region with a dot in it',
    {
      stackId: stackIdOf('a.b-1'),
      host: 'cloudformation-custom-resource-response-a.b1.s3.a.b-1.amazonaws.com',
    },
    'host',
  ],
  ['another port', { host: `${hostOf('us-west-2')}:8443` }, 'host'],
  ['a user name', { host: `someone@${hostOf('us-west-2')}` }, 'host'],
  ['plain HTTP', { url: `http://${hostOf('us-west-2')}/x` }, 'host'],
  ['no URL', { url: 'user pool' }, 'host'],
  ['no path', { path: '' }, 'path'],
  [
    "another request's path",
    { path: encodeURIComponent(`${stackIdOf('us-west-2')}|Federation|other`) },
    'path',
  ],
  [
    "another resource's path",
    { path: encodeURIComponent(`${stackIdOf('us-west-2')}|Other|${requestId}`) },
    'path',
  ],
  [
    "another stack's path",
    { path: encodeURIComponent(`${stackIdOf('us-west-2').replace('shop', 'mall')}|Federation|${requestId}`) },
    'path',
  ],
  ['a path that cannot be decoded', { path: '%E0%A4%A' }, 'path'],
  ['year 9999', { query: dated('99990101T000000Z') }, 'date'],
  ['six minutes ahead', { query: dated('20260601T120600Z') }, 'date'],
  ['a date that is none', { query: dated('20261399T996199Z') }, 'date'],
  ['no date at all', { query: 'X-Amz-Expires=7200' }, 'date'],
  ["an address of CDK's Provider framework", { url: '...' }, 'Provider framework'],
])('%s is refused', (_, given, rule) => {
  expect(ruleOf(given)).toBe(rule);
});

test('four minutes ahead is a clock that differs', () => {
  expect(ruleOf({ query: dated('20260601T120400Z') })).toBeUndefined();
});

test('no address but one in a response bucket is taken, and none throws', () => {
  assertAtRandom(
    fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string()), (url) => {
      expect(ruleOf({ url })).toBeDefined();
    }),
  );
});

test('any logical ID and any stack name fit their own path, and no other', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,30}$/);
  assertAtRandom(
    fc.property(name, name, (one, other) => {
      const stackId = stackIdOf('us-west-2').replace('shop', one);
      const path = (named: string) => encodeURIComponent(`${stackId}|${named}|${requestId}`);
      expect(ruleOf({ stackId, path: path('Federation') })).toBeUndefined();
      if (other !== 'Federation') expect(ruleOf({ stackId, path: path(other) })).toBe('path');
    }),
  );
});
