import type { Application } from '../../okta/applications.ts';
import type { Okta } from '../../okta/client.ts';
import type { Secret } from '../../secret.ts';
import type { Connections } from '../connections.ts';
import type { Step } from '../plan/steps.ts';
import type { Identity } from '../properties/identity.ts';
import { currentClientSecret } from './client-secret.ts';

/** The services that the steps act on. */
export interface Site extends Omit<Connections, 'okta'> {
  readonly identity: Identity;
  readonly okta: Okta;
  /** Settles when the journal has what is about to be added. Until then nothing is added. */
  readonly recorded: Promise<void>;
  /**
   * Settles when the journal has the ID of an application that was made just now. Only then may an existing provider use it: in
   * another org, nothing else proves that the provider is ours.
   */
  readonly named?: () => Promise<void>;
  /** Called with each step as it begins; a step holds no secret. */
  readonly onStep?: (step: Step) => void;
  /** The app clients of the pool, if they were listed. */
  readonly appClientIds?: Promise<readonly string[] | undefined>;
}

/** The Okta application that the steps work on: the one observed, then the one made or changed. */
export interface Workpiece {
  application: Application | undefined;
  clientSecret: Secret | undefined;
  /** Set if its create was sent more than once: an earlier one may still take effect. */
  mayBeTwice?: boolean;
}

/** @throws if no step has made it yet, which no plan lets happen. */
export function applicationOf(workpiece: Workpiece): Application {
  if (!workpiece.application) throw new Error('A step came before the one that makes its application.');
  return workpiece.application;
}

/** The application's client secret, read from Okta if no step has had it so far. */
export async function clientSecretOf(okta: Okta, workpiece: Workpiece): Promise<Secret> {
  workpiece.clientSecret ??= await currentClientSecret(okta, applicationOf(workpiece).id);
  return workpiece.clientSecret;
}
