import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { explain } from '../../acceptance/expectations.ts';
import { runAcceptance } from '../../acceptance/run.ts';
import { readAcceptanceSettings } from '../../acceptance/settings.ts';
import { differencesOf, readSeen } from '../../acceptance/shapes.ts';
import type { Narrate } from '../../acceptance/undo.ts';
import { freePorts } from '../support/child-process.ts';

// `make acceptance` with the local stack in place of Okta and AWS: the same code, told by the same variables.

const folder = '.local/acceptance-test';

async function settingsOfRun() {
  const [APP_PORT] = await freePorts(1);
  return readAcceptanceSettings({ ...process.env, APP_PORT });
}

/** What has the name of a run in the account. */
async function leftOf(prefix: string): Promise<string[]> {
  const stacks = await new CloudFormationClient({}).send(new ListStacksCommand({}));
  const { UserPools = [] } = await new CognitoIdentityProviderClient({}).send(
    new ListUserPoolsCommand({ MaxResults: 60 }),
  );
  const alive = (stacks.StackSummaries ?? []).filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
  const names = [...alive.map(({ StackName }) => StackName), ...UserPools.map(({ Name }) => Name)];
  return names.flatMap((name) => (name?.startsWith(prefix) ? [name] : []));
}

test('a whole run passes, leaves nothing, differs in nothing, and records the calls of the product', async () => {
  const settings = await settingsOfRun();
  const narrate: Narrate = (_what, act) => act();
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
    const acting = act();
    while ((await leftOf(settings.prefix)).length === 0) await pause(20);
    interrupt.abort(new Error('interrupted'));
    return acting;
  };
  const result = await runAcceptance(settings, folder, narrate, interrupt.signal);
  expect(result.failure?.message).toBe('interrupted');
  expect(result.left).toEqual([]);
  expect(steps.at(-1)).toMatch(/^Remove the Okta group /);
  expect(await leftOf(settings.prefix)).toEqual([]);
});
