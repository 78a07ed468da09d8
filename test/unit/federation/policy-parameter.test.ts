import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { PolicyError } from '../../../src/federation/policy/policy-error.ts';
import { readPolicy } from '../../../src/federation/policy/read.ts';
import { subject } from './policy-subjects.ts';

const name = '/okta-cognito-idp/policy';
const rules = JSON.stringify({ rules: [{ stacks: ['*'], accounts: ['*'], allow: {} }] });
const asked = z.object({ Name: z.string(), WithDecryption: z.literal(true) });

/** What the parameter store has: a value, or the error that it answers. */
let stored: { readonly value: string } | { readonly error: string };
const targets: unknown[] = [];

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
const server = createServer(async (request, response) => {
  const { Name } = asked.parse(JSON.parse(await text(request)));
  targets.push(request.headers['x-amz-target']);
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  if ('error' in stored)
    response.writeHead(400, headers).end(JSON.stringify({ __type: stored.error, message: 'No.' }));
  else
    response
      .writeHead(200, headers)
      .end(JSON.stringify({ Parameter: { Name, Type: 'SecureString', Value: stored.value, Version: 1 } }));
});

const environment = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const before = { ...process.env };

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The fake listens on no port.');
  Object.assign(process.env, environment, { AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${address.port}` });
});

afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const read = (parameter: string | undefined) => readPolicy(parameter, AbortSignal.timeout(30_000));

test.each([undefined, ''])('a provider without a policy (%j) makes no call', async (parameter) => {
  targets.length = 0;
  expect(await read(parameter)).toBeUndefined();
  expect(targets).toEqual([]);
});

test('the policy is read from the parameter, decrypted, and names its source', async () => {
  stored = { value: rules };
  const says = await read(name);
  expect(says?.(subject({}, { stackName: 'any' }))).toEqual({
    refused: expect.stringContaining(`the SSM parameter ${name}`),
  });
  expect(targets).toEqual(['AmazonSSM.GetParameter']);
});

test.each([
  [
    { error: 'ParameterNotFound' },
    "does not exist in the region of the provider's stack: create it, or set PolicyParameter",
  ],
  [
    { error: 'AccessDeniedException' },
    "may not be read by the provider's role: let the role call ssm:GetParameter on it and, if a KMS key of yours encrypts it, name that key in OtherKmsKeyArns of the provider stack.",
  ],
  [{ error: 'InvalidKeyId' }, 'cannot be decrypted: check that its KMS key exists'],
  [{ error: 'ValidationException' }, 'has a name that Systems Manager does not accept'],
  [{ value: ' ' }, 'is empty'],
  [{ value: 'rules: none' }, 'is not JSON, so nothing is allowed'],
  [{ value: '{}' }, 'is not valid, so nothing is allowed: rules must be a list of rules.'],
])('%j allows nothing', async (is, sentence) => {
  stored = is;
  const reading = read(name);
  await expect(reading).rejects.toThrow(PolicyError);
  await expect(reading).rejects.toThrow(`SSM parameter ${name} ${sentence}`);
  await expect(reading).rejects.toThrow('so nothing is allowed');
});

test('another error of AWS is not taken for an absent policy', async () => {
  stored = { error: 'ExpiredTokenException' };
  await expect(read(name)).rejects.toThrow('No.');
});
