import * as z from 'zod/mini';
import { getApplication } from './applications.ts';
import type { Okta } from './client.ts';
import { InactiveApplicationError, OktaError } from './errors.ts';
import { collect } from './pages.ts';
import { readAnswer } from './read-answer.ts';

// Okta answers "not found" to each call here in three cases: the application is gone, the assignment or group is gone, and
// the application is inactive (okta/terraform-provider-okta issue 1502). Only the application itself tells them apart. For
// an inactive one all calls throw: its groups keep their access when it is activated, so "none" would be wrong.

const pageSize = 200;
const assignmentSchema = z.object({ id: z.string() });

/**
 * The IDs of all groups that an application is assigned to; none if Okta has no such application.
 *
 * @throws InactiveApplicationError if it is inactive; OktaError, OktaUnreachableError
 */
export async function listAssignedGroupIds(okta: Okta, applicationId: string): Promise<string[]> {
  const to = `list the groups of the application ${applicationId}`;
  const { applications } = okta.to({ to, needs: 'okta.apps.manage' });
  const pages = applications.listApplicationGroupAssignments({ appId: applicationId, limit: pageSize });
  try {
    return await collect(pages, (json) => readAnswer(assignmentSchema, json, 'a group assignment').id);
  } catch (error) {
    if ((await reasonForNotFound(okta, applicationId, to, error)) === 'application gone') return [];
    throw error;
  }
}

/**
 * Assigns an application to a group; a repeat changes nothing.
 *
 * @throws InactiveApplicationError if the application is inactive: activate it first; OktaError, OktaUnreachableError
 */
export async function assignGroup(okta: Okta, applicationId: string, groupId: string): Promise<void> {
  const to = `assign the application ${applicationId} to the group ${groupId}`;
  const { applications } = okta.to({ to, needs: 'okta.apps.manage' });
  try {
    await applications.assignGroupToApplication({
      appId: applicationId,
      groupId,
      applicationGroupAssignment: {},
    });
  } catch (error) {
    await reasonForNotFound(okta, applicationId, to, error);
    throw error;
  }
}

/**
 * Removes an application from a group; an assignment that is gone already is a success, and so is an application.
 *
 * @throws InactiveApplicationError if the application is inactive: activate it first; OktaError, OktaUnreachableError
 */
export async function unassignGroup(okta: Okta, applicationId: string, groupId: string): Promise<void> {
  const to = `remove the application ${applicationId} from the group ${groupId}`;
  const { applications } = okta.to({ to, needs: 'okta.apps.manage' });
  try {
    await applications.unassignApplicationFromGroup({ appId: applicationId, groupId });
  } catch (error) {
    if ((await reasonForNotFound(okta, applicationId, to, error)) === undefined) throw error;
  }
}

/**
 * What a "not found" means.
 *
 * @returns undefined if the error is another one
 * @throws InactiveApplicationError
 */
async function reasonForNotFound(
  okta: Okta,
  applicationId: string,
  to: string,
  error: unknown,
): Promise<'application gone' | 'assignment gone' | undefined> {
  if (!(error instanceof OktaError && error.isNotFound)) return undefined;
  const application = await getApplication(okta, applicationId);
  if (!application) return 'application gone';
  if (application.status !== 'INACTIVE') return 'assignment gone';
  throw new InactiveApplicationError(
    `Okta refused to ${to}: the application "${application.label}" is inactive, and Okta shows and changes groups of active applications only. Activate it in Okta.`,
    error,
    { cause: error },
  );
}
