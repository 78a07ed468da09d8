import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { type BuiltCommand, buildCommand } from '../support/command.ts';
import { standing } from '../support/standing.ts';

/** The command as a person sees it in a terminal, and as a pipe gets it. */

const stackId = 'arn:aws:cloudformation:us-east-1:111122223333:stack/shop/1';
const outputs = {
  JournalTableName: 'Journal',
  OktaSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:okta',
  ProviderRoleArn: 'arn:aws:iam::111122223333:role/provider',
  ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:okta-cognito-idp',
  WatchQueueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/watch',
};
const item = {
  name: { S: `resource ${stackId} Federation` },
  standing: { S: JSON.stringify([standing]) },
};

/** AWS, as far as `list` needs it for one federation that cannot be looked at. */
const aws = createServer(async (request, response) => {
  const body = await text(request);
  if (body.includes('Action=DescribeStacks')) {
    const members = Object.entries(outputs).map(
      ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    response.end(
      `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>okta-cognito-idp</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
    return;
  }
  const target = String(request.headers['x-amz-target']);
  const json = target.endsWith('.Scan')
    ? { Items: [item] }
    : target.endsWith('.GetItem')
      ? { Item: item }
      : {};
  response.writeHead(Object.keys(json).length > 0 ? 200 : 400, {
    'content-type': 'application/x-amz-json-1.0',
  });
  response.end(JSON.stringify(json));
});

let command: BuiltCommand;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  aws.listen(0, '127.0.0.1');
  [command] = await Promise.all([buildCommand(), once(aws, 'listening')]);
  const address = aws.address() as AddressInfo;
  environment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${address.port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'example',
    AWS_SECRET_ACCESS_KEY: 'example',
  };
});
afterAll(async () => {
  aws.closeAllConnections();
  aws.close();
  await command[Symbol.asyncDispose]();
});

/** Python's standard library opens the terminal; Node.js has none. */
const inTerminal = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

async function listed(more: Readonly<Record<string, string>> = {}) {
  const child = spawn('.venv/bin/python', ['-c', inTerminal, process.execPath, command.file, 'list'], {
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...environment, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [shown] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { shown, code: child.exitCode };
}

test('on a terminal the command shows how far it is, removes that, and prints a table in color', async () => {
  const { shown, code } = await listed();
  expect(shown).toMatch(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal gets is meant.
    /^\r\u001B\[KLooking at federations: 0 of 1\r\u001B\[KLooking at federations: 1 of 1\r\u001B\[K\u001B\[1mSTACK/,
  );
  expect(shown).toContain('\u001B[33mdrifted');
  expect(stripVTControlCharacters(shown)).toContain('us-east-1_Example1/Okta  0oa1');
  expect(code).toBe(1);
});

test('NO_COLOR leaves the progress, and removes the color', async () => {
  const { shown } = await listed({ NO_COLOR: '1' });
  expect(shown).toContain('\u001B[KLooking at federations: 1 of 1');
  expect(shown).not.toContain('\u001B[33m');
});

test('a pipe gets the table alone', async () => {
  const { out, errors, code } = await command.run(['list'], environment);
  expect(out).toMatch(/^STACK {2}RESOURCE/);
  expect(out + errors).not.toContain('\u001B');
  expect(errors).toBe('');
  expect(code).toBe(1);
});
