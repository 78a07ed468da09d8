import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readOktaSecret } from '../../../src/federation/observe/okta-secret.ts';
import { InvalidRequestError } from '../../../src/federation/properties/properties.ts';

/** A Secrets Manager that has one secret. */
async function secretsManager(secret: object) {
  const server = createServer(async (request, response) => {
    await text(request);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(secret));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${address.port}`,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  return {
    read: () => readOktaSecret(client, 'the-secret', new AbortController().signal),
    async [Symbol.asyncDispose]() {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const json = JSON.stringify({ orgUrl: 'https://acme.okta.com', apiToken: 'a-token' });
const inBase64 = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64');

test.each([
  ['text', { SecretString: json }],
  ['binary, and JSON all the same', { SecretBinary: inBase64(json) }],
  ['binary, with a byte order mark', { SecretBinary: inBase64(`\uFEFF${json}`) }],
])('an Okta secret is read if it is %s', async (_, secret) => {
  await using aws = await secretsManager(secret);
  expect(await aws.read()).toMatchObject({ kind: 'apiToken', orgUrl: 'https://acme.okta.com' });
});

test.each<[string, object, RegExp]>([
  ['has no value', {}, /^The Okta secret the-secret does not exist or is empty/],
  [
    'is binary and no text',
    { SecretBinary: inBase64(Buffer.from([0xff, 0xfe, 0x00])) },
    /^The Okta secret the-secret is binary \(SecretBinary\) and not text: put the JSON/,
  ],
  [
    'has two problems',
    { SecretString: '{"orgUrl": "https://acme.okta.com/admin"}' },
    /^The Okta secret the-secret cannot be used: it has neither "apiToken" nor "privateKey"; it has an "orgUrl" with a path/,
  ],
])('an Okta secret that %s is refused by name', async (_, secret, message) => {
  await using aws = await secretsManager(secret);
  await expect(aws.read()).rejects.toBeInstanceOf(InvalidRequestError);
  await expect(aws.read()).rejects.toThrow(message);
});
