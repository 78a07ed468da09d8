import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  paginateListStacks,
} from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  paginateListUserPools,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { openBrowser, signIn } from '../../acceptance/browser.ts';
import { explain } from '../../acceptance/expectations.ts';
import { runAcceptance } from '../../acceptance/run.ts';
import { readAcceptanceSettings } from '../../acceptance/settings.ts';
import { differencesOf, readSeen } from '../../acceptance/shapes.ts';
import type { Narrate } from '../../acceptance/undo.ts';
import { freePorts } from '../support/child-process.ts';

// `make acceptance` with the local stack instead of Okta and AWS: the same code, set by the same variables.

const folder = '.local/acceptance-test';

async function settingsOfRun() {
  const [APP_PORT] = await freePorts(1);
  return readAcceptanceSettings({ ...process.env, APP_PORT });
}

/** What has the name of a run in the account. */
async function leftOf(prefix: string): Promise<string[]> {
  const names: (string | undefined)[] = [];
  const cloudFormation = new CloudFormationClient({});
  for await (const { StackSummaries = [] } of paginateListStacks({ client: cloudFormation }, {})) {
    const alive = StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
    names.push(...alive.map(({ StackName }) => StackName));
  }
  const cognito = new CognitoIdentityProviderClient({});
  for await (const { UserPools = [] } of paginateListUserPools({ client: cognito }, { MaxResults: 60 })) {
    names.push(...UserPools.map(({ Name }) => Name));
  }
  return names.flatMap((name) => (name?.startsWith(prefix) ? [name] : []));
}

/** A rotation leaves Cognito's servers a minute for the new client secret. The local Cognito is one server. */
async function shortenRotations(prefix: string): Promise<void> {
  const { StackResources: [provider] = [] } = await new CloudFormationClient({}).send(
    new DescribeStackResourcesCommand({
      StackName: `${prefix}-provider`,
      LogicalResourceId: 'ProviderFunction',
    }),
  );
  const lambda = new LambdaClient({});
  const FunctionName = provider?.PhysicalResourceId ?? '';
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, ROTATION_GRACE_SECONDS: '5' };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}

test('a whole run passes, leaves nothing, differs in nothing, and records the calls of the product', async () => {
  const settings = await settingsOfRun();
  const narrate: Narrate = async (what, act) => {
    const result = await act();
    if (what === 'Deploy the release file') await shortenRotations(settings.prefix);
    return result;
  };
  const result = await runAcceptance(settings, folder, narrate, new AbortController().signal);
  expect(result.failure).toBeUndefined();
  expect(result.left).toEqual([]);
  expect(await leftOf(settings.prefix)).toEqual([]);

  // If the local stack has changed on purpose: `make up`, source .local/env, `make acceptance` writes this file.
  const local = readSeen(readFileSync('acceptance/local-stack.json', 'utf8'));
  const unexplained = explain(differencesOf(result.seen, local)).filter(({ reason }) => reason === undefined);
  expect(unexplained).toEqual([]);

  const byProduct = result.recordings().filter(({ note }) => note.startsWith('product: '));
  const calls = byProduct.map(({ request, status }) => `${request.method} ${request.path} ${status}`);
  for (const call of [
    /^POST \/api\/v1\/apps 200$/,
    /^POST .*\/credentials\/secrets 201$/,
    /^DELETE .*\/credentials\/secrets\/\w+ 204$/,
    /^PUT \/api\/v1\/apps\/\w+ 200$/,
    /^DELETE \/api\/v1\/apps\/\w+ 204$/,
  ]) {
    expect(calls).toContainEqual(expect.stringMatching(call));
  }
});

test('an interrupted run removes what it has created so far', async () => {
  const settings = await settingsOfRun();
  const interrupt = new AbortController();
  const steps: string[] = [];
  const narrate: Narrate = async (what, act) => {
    steps.push(what);
    if (what !== 'Deploy the release file') return act();
    let isOver = false;
    const acting = act().finally(() => {
      isOver = true;
    });
    while (!isOver && (await leftOf(settings.prefix)).length === 0) await pause(20);
    interrupt.abort(new Error('interrupted'));
    return acting;
  };
  const result = await runAcceptance(settings, folder, narrate, interrupt.signal);
  expect(result.failure?.message).toBe('interrupted');
  expect(result.left).toEqual([]);
  expect(steps.at(-1)).toMatch(/^Remove the Okta group /);
  expect(await leftOf(settings.prefix)).toEqual([]);
});

/** What a hosted page of Okta shows after each step: forms as its widgets of both engines write them. */
const identityEngine = [
  '<input name="identifier" autocomplete="username"><input type="submit" value="Next">',
  '<div data-se="okta_password"><a href="#" onclick="go()">Select</a></div>',
  '<input type="password" name="credentials.passcode"><input type="submit" value="Verify">',
  '<a href="#" onclick="go()">Set up later</a>',
];
const classicEngine = [
  '<input id="okta-signin-username" name="username"><input id="okta-signin-password" type="password"><input type="submit" value="Sign In">',
];

test.each([
  [
    'one step after another',
    identityEngine,
    ['username', 'an authenticator', 'password', 'an enrollment that can wait'],
  ],
  ['on one page', classicEngine, ['username and password']],
  ['a factor that the test user does not have', ['<p>Enter the code of your device</p>'], 'Okta’s page'],
])("the browser passes Okta's page: %s", async (_, pages, expected) => {
  const settings = await settingsOfRun();
  const server = createServer((request, answer) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.headers.host?.startsWith('127.0.0.1')) {
      const at = Number(pathname.slice(1));
      const next = at + 1 < pages.length ? `/${at + 1}` : `http://localhost:${port()}/`;
      const script = `<script>function go() { location.href = '${next}'; }</script>`;
      // As a widget does: it draws the form later, and sends it without leaving by itself.
      const form = `<form action="${next}">${pages[at]}</form>`;
      const drawn = `<script>setTimeout(() => { document.body.innerHTML = ${JSON.stringify(form)}; }, 400)</script>`;
      answer
        .setHeader('content-type', 'text/html')
        .end(`<title>Sign in</title>${script}<body>${drawn}</body>`);
    } else if (pathname === '/claims') {
      answer.setHeader('content-type', 'application/json').end('{"email":"ada@example.com"}');
    } else {
      const link = `<a href="http://127.0.0.1:${port()}/0">Sign in with Okta</a>`;
      answer.setHeader('content-type', 'text/html').end(link);
    }
  });
  const port = () => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  server.listen(0);
  await once(server, 'listening');
  const browser = await openBrowser(settings, (_what, act) => act());
  try {
    const person = { username: 'ada@example.com', password: 'right' };
    const signing = signIn(
      browser,
      `http://localhost:${port()}`,
      person,
      typeof expected === 'string' ? 2_000 : undefined,
    );
    if (typeof expected === 'string') {
      await expect(signing).rejects.toThrow(/Okta's page "Sign in" does not let the test user on/);
      return;
    }
    expect(await signing).toMatchObject({ claims: { email: 'ada@example.com' }, asked: expected });
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});
