/** A whole run: creates, plays each story, removes everything in any case, and returns what it saw. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { packageVersion } from '../build/version.ts';
import { openBrowser } from './browser.ts';
import { Stacks } from './cloudformation.ts';
import { POOLS, playExamples } from './examples-story.ts';
import { ExchangeLog } from './exchange.ts';
import { OktaAdmin } from './okta-admin.ts';
import { applicationsOf, createOktaObjects, removeApplication } from './okta-objects.ts';
import { CognitoAdmin, createPools } from './pools.ts';
import { deployProvider } from './provider-stack.ts';
import { startRecordedProvider } from './recorded-provider.ts';
import { playRecorded } from './recorded-story.ts';
import { startRecorder } from './recorder.ts';
import { recordingsOf } from './recordings.ts';
import type { Recording } from './redaction/redact.ts';
import type { Run } from './run-context.ts';
import type { AcceptanceSettings } from './settings.ts';
import { operationsOf, type Seen } from './shapes.ts';
import { type Narrate, Undo } from './undo.ts';
import { playWebApp } from './web-app-story.ts';

/** How a run ended. */
export interface Result {
  /** What went wrong in a story; undefined if all went well. */
  readonly failure: Error | undefined;
  /** What could not be removed, each with the reason. */
  readonly left: readonly string[];
  readonly seen: Seen;
  /**
   * The exchanges with Okta, redacted.
   *
   * @throws RedactionError if something of the org is left in them
   */
  recordings(): readonly Recording[];
}

/**
 * Runs everything once.
 *
 * @param folder - for files that only live as long as the run
 * @param signal - ends the run; what it created is removed all the same
 */
export async function runAcceptance(
  settings: AcceptanceSettings,
  folder: string,
  narrate: Narrate,
  signal: AbortSignal,
): Promise<Result> {
  const log = new ExchangeLog();
  const undo = new Undo(narrate);
  const okta = new OktaAdmin(settings.okta, log);
  const observations: Record<string, string> = {};
  const step: Narrate = (what, act) => {
    signal.throwIfAborted();
    log.step = what;
    return narrate(what, act);
  };
  let failure: Error | undefined;
  let account = '';
  try {
    account = await step('Ask AWS and Okta who asks', () => accountOf(settings));
    const objects = await step('Create a group, a policy and a user in Okta', () =>
      createOktaObjects(settings, okta, undo),
    );
    observations["Okta's engine"] = objects.pipeline;
    // What a stack leaves behind in Okta is a failure, and is removed.
    undo.add('what is left in Okta', () => leaveNothing(settings, okta));
    const stacks = new Stacks(settings, undo, signal);
    const provider = await step('Deploy the release file', () => deployProvider(settings, stacks, undo));
    const run: Run = {
      settings,
      stacks,
      okta,
      cognito: new CognitoAdmin(settings),
      objects,
      provider,
      undo,
      step,
      observe: (what, seen) => {
        observations[what] = seen;
      },
    };
    await play(run, log, folder);
  } catch (error) {
    failure = signal.aborted ? new Error('interrupted', { cause: error }) : asError(error);
  }
  log.step = 'remove';
  const left = await undo.removeAll();
  const forbidden = new Map([
    ["the org's host", new URL(settings.orgUrl).host],
    ['the name of the run', settings.prefix],
    ...secretsOf(settings),
    ...(account === '' || settings.local ? [] : [['the AWS account', account] as const]),
  ]);
  const engine = observations["Okta's engine"] === 'idx' ? 'Identity Engine' : 'Classic Engine';
  const source = `okta-cognito-idp ${packageVersion} make acceptance${settings.local ? ', local stack' : ''}, ${engine}`;
  const seen = { observations, operations: operationsOf(log.exchanges) };
  const recordings = () => recordingsOf(log.exchanges, settings.orgUrl, source, forbidden);
  return { failure, left, seen, recordings };
}

async function play(run: Run, log: ExchangeLog, folder: string): Promise<void> {
  const { settings, stacks, undo, provider, step } = run;
  const browser = await openBrowser(settings, step);
  undo.add('the browser', () => browser.close());
  await playWebApp(run, browser);
  const pools = await step('Create user pools', () => createPools(settings, stacks, POOLS));
  await playExamples(run, pools);
  const { orgUrl, upstreamProxy, local } = settings;
  const authorities = local ? join(local.tls, 'ca.pem') : '';
  const otherAuthorities = existsSync(authorities) ? readFileSync(authorities, 'utf8') : '';
  const recorder = await startRecorder(log, { orgUrl, folder, otherAuthorities, upstreamProxy });
  undo.add('the recorder', async () => recorder[Symbol.asyncDispose]());
  const serviceToken = await step('Let the product answer events on this machine, recorded', () =>
    startRecordedProvider(settings, stacks, undo, provider, recorder, folder),
  );
  await playRecorded(run, pools.Recorded, serviceToken);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

async function accountOf({ region }: AcceptanceSettings): Promise<string> {
  const { Account = '' } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  return Account;
}

async function leaveNothing({ prefix }: AcceptanceSettings, okta: OktaAdmin): Promise<void> {
  const left = await applicationsOf(prefix, okta);
  for (const { id } of left) await removeApplication(id, okta);
  if (left.length > 0) {
    const labels = left.map(({ label }) => label).join(', ');
    throw new Error(`the provider left ${labels}; the run has removed them`);
  }
}

function secretsOf({ okta, person }: AcceptanceSettings): [string, string][] {
  return [
    okta.kind === 'apiToken'
      ? ['the API token', okta.apiToken.reveal()]
      : ['the private key', okta.privateKey.reveal()],
    ...(person
      ? [
          ['the user name', person.username] satisfies [string, string],
          ['the password', person.password] satisfies [string, string],
        ]
      : []),
  ];
}
