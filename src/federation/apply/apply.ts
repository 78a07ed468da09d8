import { atMost, atOnce } from '../../at-most.ts';
import { disableProvider, enableProvider } from '../../cognito/app-clients.ts';
import type { Cognito } from '../../cognito/client.ts';
import { deleteIdentityProviderOf, updateIdentityProviderOf } from '../../cognito/owned-providers.ts';
import { withLease } from '../../lease/lease.ts';
import {
  type Application,
  activateApplication,
  clientIdOf,
  deactivateApplication,
  deleteApplication,
  replaceApplication,
} from '../../okta/applications.ts';
import type { Okta } from '../../okta/client.ts';
import { InactiveApplicationError } from '../../okta/errors.ts';
import { deleteFederatedClaim } from '../../okta/federated-claims.ts';
import { assignGroup, unassignGroup } from '../../okta/groups.ts';
import { allOf } from '../all-of.ts';
import { nameTagOf } from '../ownership/name-tag.ts';
import type { Plan, Step } from '../plan/steps.ts';
import { adoptApplication, makeApplication } from './application.ts';
import { assignPolicy } from './authentication-policy.ts';
import { changeClaim, makeClaim, putClaimBack } from './claims.ts';
import { disableElsewhere } from './disable-elsewhere.ts';
import { makeIdentityProvider } from './identity-provider.ts';
import { guardProvider, type ProviderGuard } from './provider-guard.ts';
import { applicationOf, clientSecretOf, type Site, type Workpiece } from './site.ts';

/**
 * Takes a plan's steps. Each can be repeated without harm, and so can the whole.
 * @param workpiece is kept up to date, also if a step fails.
 * @throws the first failure; what was done by then stays done.
 */
export async function apply(plan: Plan, site: Site, workpiece: Workpiece): Promise<void> {
  // Cognito itself refuses to create a second provider of one name.
  const guarded: readonly Step['do'][] = ['updateIdentityProvider', 'deleteIdentityProvider'];
  const needsGuard = plan.some((stage) => stage.some((step) => guarded.includes(step.do)));
  using guard = needsGuard ? guardProvider(site.leases, site.identity, site.cognito) : undefined;
  for (const stage of plan) {
    await atMost(atOnce, stage, (step) => {
      site.onStep?.(step);
      return take(step, site, workpiece, guard);
    });
  }
}

async function take(
  step: Step,
  site: Site,
  workpiece: Workpiece,
  guard: ProviderGuard | undefined,
): Promise<void> {
  const { okta, identity } = site;
  const { userPoolId, providerName } = identity;
  switch (step.do) {
    case 'createApplication':
      return makeApplication(step.application, site, workpiece);
    case 'adoptApplication':
      return adoptApplication(step.applicationId, step.wanted, site, workpiece);
    case 'replaceApplication':
      await site.recorded;
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
      await site.recorded;
      return assignGroup(okta, applicationOf(workpiece).id, step.groupId);
    case 'unassignGroup':
      return unassign(site, applicationOf(workpiece).id, step.groupId);
    case 'createClaim':
      await site.recorded;
      return makeClaim(okta, applicationOf(workpiece).id, step.claim);
    case 'replaceClaim':
      await site.recorded;
      return step.isPutBack
        ? putClaimBack(site, applicationOf(workpiece).id, step.claim)
        : changeClaim(okta, applicationOf(workpiece).id, step.claim);
    case 'deleteClaim':
      return deleteFederatedClaim(okta, applicationOf(workpiece).id, step.claimId);
    case 'assignAccessPolicy':
      await site.recorded;
      return assignPolicy(site, applicationOf(workpiece).id, step);
    case 'createIdentityProvider':
      await site.recorded;
      return makeIdentityProvider(step.settings, site, workpiece);
    case 'updateIdentityProvider':
      await site.recorded;
      return updateProvider(step, site, workpiece, guard);
    case 'deleteIdentityProvider': {
      const held = await guard?.held();
      // It may be gone, or another stack has made one of this name since: that one stays.
      if (held)
        await deleteIdentityProviderOf(held.cognito, userPoolId, providerName, step.clientId, held.look);
      return;
    }
    case 'enableOnAppClient':
      return alone(site, step.userPoolClientId, async (held) => {
        await site.recorded;
        await enableProvider(held, userPoolId, step.userPoolClientId, providerName);
      });
    case 'disableOnAppClient':
      return disableOn(site, step.userPoolClientId);
    case 'disableOnOtherAppClients':
      return disableElsewhere(site, step.except, (clientId) => disableOn(site, clientId));
    default:
      return step satisfies never;
  }
}

async function updateProvider(
  { settings, current }: Extract<Step, { do: 'updateIdentityProvider' }>,
  { identity, okta, named }: Site,
  workpiece: Workpiece,
  guard: ProviderGuard | undefined,
): Promise<void> {
  const { userPoolId, providerName } = identity;
  const { application } = workpiece;
  const clientId = application ? clientIdOf(application) : (current?.clientId ?? '');
  const [held, secret] = await allOf([guard?.held(), clientSecretOf(okta, workpiece), named?.()]);
  if (!held) return;
  const own = current ? [current.clientId] : [];
  const wanted = { ...settings, clientId };
  await updateIdentityProviderOf(held.cognito, userPoolId, providerName, wanted, secret, own, held.look);
}

/** Okta changes no assignment of an inactive application, and to activate it would undo what an administrator did. */
async function unassign({ okta, log }: Site, applicationId: string, groupId: string): Promise<void> {
  try {
    await unassignGroup(okta, applicationId, groupId);
  } catch (error) {
    if (!(error instanceof InactiveApplicationError)) throw error;
    log('The application is inactive; the group stays assigned to it.', { applicationId, groupId });
  }
}

/** Gives an adopted application back, without our name tag even if Okta keeps a profile that is not sent. */
async function releaseApplication(okta: Okta, application: Application): Promise<void> {
  const released = await replaceApplication(okta, application);
  if (nameTagOf(released))
    await replaceApplication(okta, { ...released, profile: application.profile ?? {} });
}

function disableOn(site: Site, clientId: string): Promise<void> {
  const { userPoolId, providerName } = site.identity;
  return alone(site, clientId, (held) => disableProvider(held, userPoolId, clientId, providerName));
}

/**
 * Enabling is read-modify-write on a client that other federations change at the same moment, and Cognito has no conditional
 * write: without the lease the later write would undo the earlier one.
 */
function alone(site: Site, clientId: string, work: (held: Cognito) => Promise<void>): Promise<void> {
  const name = `app-client ${site.identity.userPoolId} ${clientId}`;
  return withLease(site.leases, name, site.cognito.signal, (lease) =>
    work({ ...site.cognito, signal: lease.signal }),
  );
}
