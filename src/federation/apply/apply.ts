import { setTimeout as pause } from 'node:timers/promises';
import { disableProvider, enableProvider } from '../../cognito/app-clients.ts';
import type { Cognito } from '../../cognito/client.ts';
import {
  createIdentityProvider,
  DuplicateProviderError,
  deleteIdentityProvider,
  describeIdentityProvider,
  updateIdentityProvider,
} from '../../cognito/identity-providers.ts';
import { type LeaseTable, withLease } from '../../lease/lease.ts';
import {
  type Application,
  activateApplication,
  clientIdOf,
  createApplication,
  deactivateApplication,
  deleteApplication,
  getApplication,
  type NewApplication,
  replaceApplication,
} from '../../okta/applications.ts';
import type { Okta } from '../../okta/client.ts';
import { OktaError, OktaUnreachableError } from '../../okta/errors.ts';
import { assignGroup, unassignGroup } from '../../okta/groups.ts';
import type { Secret } from '../../secret.ts';
import { allOf } from '../all-of.ts';
import { isMarkedFor, markerOf } from '../marker/marker.ts';
import { findByMarker } from '../observe/whereabouts.ts';
import { belongsTo, foreignProvider } from '../plan/adoption.ts';
import type { Plan, ProviderSettings, Step } from '../plan/plan.ts';
import type { Identity } from '../properties/identity.ts';
import { InvalidRequestError } from '../properties/properties.ts';
import { currentClientSecret } from './client-secret.ts';

/** Where the steps act. */
export interface Site {
  readonly identity: Identity;
  readonly okta: Okta;
  readonly cognito: Cognito;
  readonly leases: LeaseTable;
  /** Told of each step as it begins; never of a secret. */
  readonly onStep?: (step: Step) => void;
}

/** The Okta application that the steps work on: the one observed, then the one made or changed. */
export interface Workpiece {
  application: Application | undefined;
  clientSecret: Secret | undefined;
}

/**
 * Takes a plan's steps. Each can be repeated without harm, and so can the whole.
 * @param workpiece is kept up to date, also where a step fails.
 * @throws the first failure; what was done by then stays done.
 */
export async function apply(plan: Plan, site: Site, workpiece: Workpiece): Promise<void> {
  for (const stage of plan) {
    await allOf(
      stage.map((step) => {
        site.onStep?.(step);
        return take(step, site, workpiece);
      }),
    );
  }
}

async function take(step: Step, site: Site, workpiece: Workpiece): Promise<void> {
  const { okta, cognito, identity } = site;
  const { userPoolId, providerName } = identity;
  switch (step.do) {
    case 'createApplication':
      return makeApplication(step.application, site, workpiece);
    case 'adoptApplication':
      return adoptApplication(step.application, site, workpiece);
    case 'replaceApplication':
      workpiece.application = await replaceApplication(okta, step.application);
      return;
    case 'releaseApplication':
      return releaseApplication(okta, step.application);
    case 'activateApplication':
      return activateApplication(okta, step.applicationId);
    case 'deactivateApplication':
      return deactivateApplication(okta, step.applicationId);
    case 'deleteApplication':
      return deleteApplication(okta, step.applicationId);
    case 'assignGroup':
      return assignGroup(okta, applicationOf(workpiece).id, step.groupId);
    case 'unassignGroup':
      return unassignGroup(okta, applicationOf(workpiece).id, step.groupId);
    case 'createIdentityProvider':
      return makeIdentityProvider(step.settings, site, workpiece);
    case 'updateIdentityProvider':
      return updateIdentityProvider(
        cognito,
        userPoolId,
        providerName,
        { ...step.settings, clientId: clientIdOf(applicationOf(workpiece)) },
        await clientSecretOf(okta, workpiece),
        step.current,
      );
    case 'deleteIdentityProvider':
      return deleteIdentityProvider(cognito, userPoolId, providerName);
    case 'enableOnAppClient':
      return alone(site, step.userPoolClientId, (held) =>
        enableProvider(held, userPoolId, step.userPoolClientId, providerName),
      );
    case 'disableOnAppClient':
      return alone(site, step.userPoolClientId, (held) =>
        disableProvider(held, userPoolId, step.userPoolClientId, providerName),
      );
    default:
      return step satisfies never;
  }
}

/**
 * Puts this resource's marker on an application that had none when it was looked at. Okta has no conditional write: without
 * the lease two stacks that adopt one application at the same time would both believe that it is theirs.
 */
function adoptApplication(application: Application, site: Site, workpiece: Workpiece): Promise<void> {
  const { okta, identity } = site;
  const name = `application ${okta.orgUrl} ${application.id}`;
  return withLease(site.leases, name, site.cognito.signal, async () => {
    const current = await getApplication(okta, application.id);
    const marker = markerOf(current);
    if (current && marker && !isMarkedFor(current, identity)) {
      throw new InvalidRequestError(belongsTo(application.id, marker, identity));
    }
    workpiece.application = await replaceApplication(okta, application);
  });
}

/** Gives an adopted application back: without our marker, whatever Okta makes of a profile that is not sent. */
async function releaseApplication(okta: Okta, application: Application): Promise<void> {
  const released = await replaceApplication(okta, application);
  if (markerOf(released)) await replaceApplication(okta, { ...released, profile: application.profile ?? {} });
}

/**
 * Binding is read-modify-write on a client that other federations change at the same moment, and Cognito has no
 * conditional write: without the lease the later write would undo the earlier one.
 */
function alone(site: Site, clientId: string, work: (held: Cognito) => Promise<void>): Promise<void> {
  const name = `app-client ${site.identity.userPoolId} ${clientId}`;
  return withLease(site.leases, name, site.cognito.signal, (lease) =>
    work({ ...site.cognito, signal: lease.signal }),
  );
}

const createAttempts = 3;

/** A create whose answer was lost may have taken effect: look for the marker before making another. */
async function makeApplication(wanted: NewApplication, site: Site, workpiece: Workpiece): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const made = await createApplication(site.okta, wanted);
      workpiece.application = made.application;
      workpiece.clientSecret = made.clientSecret;
      return;
    } catch (error) {
      const fromOkta = error instanceof OktaError || error instanceof OktaUnreachableError;
      if (!(fromOkta && error.mayHaveTakenEffect) || attempt >= createAttempts) throw error;
      workpiece.application = await findNewlyMade(site, wanted.label);
      if (workpiece.application) return;
    }
  }
}

// Okta's servers take a moment to hear of a new application.
const patienceMs = [0, 1_000, 2_000];

async function findNewlyMade(
  { okta, cognito, identity }: Site,
  label: string,
): Promise<Application | undefined> {
  for (const ms of patienceMs) {
    await pause(ms, undefined, { signal: cognito.signal });
    const found = await findByMarker(okta, identity, label);
    if (found) return found;
  }
  return undefined;
}

async function makeIdentityProvider(
  settings: ProviderSettings,
  site: Site,
  workpiece: Workpiece,
): Promise<void> {
  const { cognito, okta, identity } = site;
  const { userPoolId, providerName } = identity;
  const clientId = clientIdOf(applicationOf(workpiece));
  const wanted = { ...settings, clientId };
  const clientSecret = await clientSecretOf(okta, workpiece);
  try {
    await createIdentityProvider(cognito, userPoolId, providerName, wanted, clientSecret);
  } catch (error) {
    if (!(error instanceof DuplicateProviderError)) throw error;
    // Either a first try whose answer was lost made it, or somebody took the name since we looked.
    const current = await describeIdentityProvider(cognito, userPoolId, providerName);
    if (!current) {
      throw new InvalidRequestError(
        `IdpIdentifiers: another identity provider of user pool ${userPoolId} has one of ${settings.idpIdentifiers.join(', ')}; give each to one provider only.`,
        { cause: error },
      );
    }
    if (current.clientId !== clientId) throw foreignProvider(identity, current, {}, error);
    await updateIdentityProvider(cognito, userPoolId, providerName, wanted, clientSecret, current);
  }
}

/** @throws where no step has made it yet, which no plan lets happen. */
export function applicationOf(workpiece: Workpiece): Application {
  if (!workpiece.application) throw new Error('A step came before the one that makes its application.');
  return workpiece.application;
}

/** The application's client secret, asked of Okta where nobody had it so far. */
export async function clientSecretOf(okta: Okta, workpiece: Workpiece): Promise<Secret> {
  workpiece.clientSecret ??= await currentClientSecret(okta, applicationOf(workpiece).id);
  return workpiece.clientSecret;
}
