import * as z from 'zod/mini';
import { collect, type Okta } from './client.ts';
import { unlessNotFound } from './errors.ts';
import { readAnswer } from './read-answer.ts';

const PAGE_SIZE = 200;

/** A group of the org. `type` is `OKTA_GROUP`, `APP_GROUP` (imported) or `BUILT_IN` (Everyone). */
export type Group = { id: string; name: string; type: string };

const groupSchema = z.pipe(
  z.object({ id: z.string(), type: z.string(), profile: z.object({ name: z.string() }) }),
  z.transform(({ id, type, profile }): Group => ({ id, name: profile.name, type })),
);

const assignmentSchema = z.object({ id: z.string() });

/**
 * Finds the groups of exactly this name (imported ones may share it), or the one of this ID.
 *
 * @throws OktaError, OktaUnreachableError
 */
export async function findGroups(okta: Okta, nameOrId: string): Promise<Group[]> {
  const { groups } = okta.to({ to: `find the group "${nameOrId}"`, needs: 'okta.groups.read' });
  if (/^00g[0-9A-Za-z]{17}$/.test(nameOrId)) {
    const json = await unlessNotFound(groups.getGroup({ groupId: nameOrId }));
    if (json !== undefined) return [readAnswer(groupSchema, json, 'a group')];
  }
  // `q` gives all names that start so.
  const found = await collect(groups.listGroups({ q: nameOrId, limit: PAGE_SIZE }));
  return found
    .map((json) => readAnswer(groupSchema, json, 'a group'))
    .filter((group) => group.name === nameOrId);
}

/** The IDs of all groups that an application is assigned to; none where somebody deleted the application. */
export async function listAssignedGroupIds(okta: Okta, applicationId: string): Promise<string[]> {
  const { applications } = okta.to({
    to: `list the groups of the application ${applicationId}`,
    needs: 'okta.apps.manage',
  });
  const pages = applications.listApplicationGroupAssignments({ appId: applicationId, limit: PAGE_SIZE });
  const assignments = (await unlessNotFound(collect(pages))) ?? [];
  return assignments.map((json) => readAnswer(assignmentSchema, json, 'a group assignment').id);
}

/** Assigns an application to a group; a repeat changes nothing. */
export async function assignGroup(okta: Okta, applicationId: string, groupId: string): Promise<void> {
  const { applications } = okta.to({
    to: `assign the application ${applicationId} to the group ${groupId}`,
    needs: 'okta.apps.manage',
  });
  await applications.assignGroupToApplication({
    appId: applicationId,
    groupId,
    applicationGroupAssignment: {},
  });
}

/** Takes an application from a group; an assignment that is gone already is a success. */
export async function unassignGroup(okta: Okta, applicationId: string, groupId: string): Promise<void> {
  const { applications } = okta.to({
    to: `take the application ${applicationId} from the group ${groupId}`,
    needs: 'okta.apps.manage',
  });
  await unlessNotFound(applications.unassignApplicationFromGroup({ appId: applicationId, groupId }));
}
