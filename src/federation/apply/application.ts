import { setTimeout as pause } from 'node:timers/promises';
import { withLease } from '../../lease/lease.ts';
import {
  type Application,
  createApplication,
  deactivateApplication,
  deleteApplication,
  getApplication,
  type NewApplication,
  replaceApplication,
} from '../../okta/applications.ts';
import { findTagged } from '../observe/find-application.ts';
import { isTaggedFor, nameTagOf } from '../ownership/name-tag.ts';
import { belongsTo } from '../plan/adoption.ts';
import { alignApplication, type WantedApplication } from '../plan/application.ts';
import { InvalidRequestError } from '../properties/properties.ts';
import { createOnce } from './create-once.ts';
import type { Site, Workpiece } from './site.ts';

/**
 * Puts this resource's name tag on an application that had none when it was looked at. Okta has no conditional write: without
 * the lease two stacks that adopt one application at the same time would both believe that they own it. It is read again
 * under the lease, so that nothing that was written since is undone.
 */
export function adoptApplication(
  applicationId: string,
  wanted: WantedApplication,
  site: Site,
  workpiece: Workpiece,
): Promise<void> {
  const { okta, identity } = site;
  const name = `application ${okta.orgUrl} ${applicationId}`;
  return withLease(site.leases, name, site.cognito.signal, async ({ signal }) => {
    const current = await getApplication(okta, applicationId);
    const tag = nameTagOf(current);
    const earlier = workpiece.application && nameTagOf(workpiece.application);
    const isAsObserved =
      tag?.stackId === earlier?.stackId && tag?.logicalResourceId === earlier?.logicalResourceId;
    if (current && tag && !isTaggedFor(current, identity) && !isAsObserved) {
      throw new InvalidRequestError(belongsTo(applicationId, tag, identity));
    }
    if (!current)
      throw new InvalidRequestError(
        `Adopt.ApplicationId: the Okta application ${applicationId} was deleted during the deployment. Check the ID.`,
      );
    await site.recorded;
    signal.throwIfAborted();
    const asWanted = alignApplication(current, wanted) ?? current;
    workpiece.application = await replaceApplication(okta.until(signal), asWanted);
  });
}

/** The application may be there although its create failed: then it is found by its name tag. */
export async function makeApplication(
  wanted: NewApplication,
  site: Site,
  workpiece: Workpiece,
): Promise<void> {
  const made = await createOnce<Workpiece>(
    () => createApplication(site.okta, wanted),
    async (error) => {
      workpiece.mayBeTwice = true;
      // If that cannot be found out, the create's own error says that it may be there.
      const application = await findNewlyMade(site, wanted.label).catch(() => {
        throw error;
      });
      return application && { application, clientSecret: undefined };
    },
  );
  Object.assign(workpiece, made);
}

/**
 * Removes second applications: a create got no answer, and took effect late.
 * @param known IDs of the resource's applications; the others with its name tag are left over.
 */
export async function removeTwins(
  site: Site,
  workpiece: Workpiece,
  known: ReadonlySet<string>,
): Promise<void> {
  const { application, mayBeTwice } = workpiece;
  if (!application || !mayBeTwice) return;
  for (const { id } of await findTagged(site.okta, site.identity, application.label)) {
    if (id === application.id || known.has(id)) continue;
    await deactivateApplication(site.okta, id);
    await deleteApplication(site.okta, id);
  }
}

// A new application takes a moment to reach all of Okta's servers.
const patienceMs = [0, 1_000, 2_000];

async function findNewlyMade(
  { okta, cognito, identity }: Site,
  label: string,
): Promise<Application | undefined> {
  for (const ms of patienceMs) {
    await pause(ms, undefined, { signal: cognito.signal });
    // The newest: an older one with this name tag is not of this attempt.
    const found = (await findTagged(okta, identity, label)).at(-1);
    if (found) return found;
  }
  return undefined;
}
