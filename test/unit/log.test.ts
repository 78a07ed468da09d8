import { describe as described, openLog } from '../../src/log.ts';
import { redact, Secret } from '../../src/secret.ts';

const value = 'a client secret/with+signs=and "quotes"\nand lines';

/** What is written while something runs. */
function written(act: () => void): string {
  let text = '';
  const write = (chunk: string | Uint8Array) => {
    text += chunk;
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(write),
  );
  act();
  for (const spy of spies) spy.mockRestore();
  return text;
}

test.each([
  ['as it is', value],
  ['within JSON', JSON.stringify({ value })],
  ['within a URL', `https://x.example/?secret=${encodeURIComponent(value)}`],
  ['in base64', Buffer.from(value).toString('base64')],
])('a text that holds a secret %s is cleaned of it', (_, text) => {
  const secret = new Secret(value);
  expect(redact(`before ${text} after`)).toMatch(/^before .*\[redacted\].* after$/s);
  expect(redact(text)).not.toContain(value);
  expect(secret.reveal()).toBe(value);
});

test('a word too short to be a credential is left in a text', () => {
  new Secret('secret');
  expect(redact('The Okta secret is empty.')).toBe('The Okta secret is empty.');
});

test('a warm function remembers the latest secrets only', () => {
  const [first, ...others] = Array.from({ length: 51 }, (_, n) => new Secret(`credential-number-${n}-`));
  expect(redact(others.map((secret) => secret.reveal()).join())).not.toContain('credential');
  expect(redact(first?.reveal() ?? '')).toBe(first?.reveal());
});

test('a log line shows no secret, in any field or text', () => {
  const secret = new Secret(value);
  const log = openLog('test');
  const text = written(() => {
    log.info(`The secret is ${value}.`, {
      secret,
      nested: { list: [value] },
      text: JSON.stringify({ value }),
    });
    log.warn(
      'It failed.',
      new Error(`AWS refuses ${value}.`, { cause: new Error(encodeURIComponent(value)) }),
    );
  });
  expect(text).toContain('[redacted]');
  expect(text).not.toMatch(/a client secret|with(\+|%2B)signs/);
});

test('the log of an error has only its name, message, place and causes', () => {
  class AwsError extends Error {
    override readonly name = 'AwsError';
    readonly $metadata = { requestId: 'request-1', httpStatusCode: 400 };
    readonly $response = { headers: { authorization: 'Bearer hidden' }, body: 'hidden' };
    readonly config = { data: 'hidden' };
  }
  const error = new AwsError('AWS says no.', {
    cause: new TypeError('fetch failed', { cause: { hidden: 1 } }),
  });
  const line = written(() => openLog('test').warn('It failed.', error));
  expect(line).not.toContain('hidden');
  expect(JSON.parse(line)).toMatchObject({
    level: 'WARN',
    message: 'It failed.',
    error: {
      name: 'AwsError',
      message: 'AWS says no.',
      awsRequestId: 'request-1',
      stack: expect.arrayContaining([expect.stringMatching(/^at .*log\.test\.ts/)]),
      cause: {
        name: 'TypeError',
        message: 'fetch failed',
        cause: { name: 'not an error', message: 'object' },
      },
    },
  });
});

test('a parser’s message, which quotes the text, is not logged', () => {
  let error: unknown;
  try {
    JSON.parse('{"apiToken": "hidden"x}');
  } catch (thrown) {
    error = thrown;
  }
  const text = JSON.stringify(described(error));
  expect(text).toContain('could not be parsed');
  expect(text).not.toContain('hidden');
});

test('a chain of causes that never ends is cut off', () => {
  const error = new Error('round');
  error.cause = error;
  expect(JSON.stringify(described(error)).match(/round/g)).toHaveLength(6);
});
