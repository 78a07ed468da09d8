import * as z from 'zod/mini';
import type { Okta } from './client.ts';
import { OktaError, unlessNotFound } from './errors.ts';
import { collect } from './pages.ts';
import { readAnswer, readItem } from './read-answer.ts';

const pageSize = 200;

/** A group of the org. */
export type Group = {
  id: string;
  name: string;
  /** `OKTA_GROUP`, `APP_GROUP` (imported from a directory or another application) or `BUILT_IN` (Everyone). */
  type: string;
  /** The directory or application that an imported group comes from, if Okta says so. */
  source?: string | undefined;
};

const groupSchema = z.lazy(() =>
  z.pipe(
    z.object({
      id: z.string(),
      type: z.string(),
      objectClass: z.nullish(z.array(z.string())),
      profile: z.object({ name: z.string(), windowsDomainQualifiedName: z.nullish(z.string()) }),
      _embedded: z.nullish(z.object({ app: z.nullish(z.object({ label: z.nullish(z.string()) })) })),
    }),
    z.transform(({ id, type, objectClass, profile, _embedded }): Group => {
      const application = _embedded?.app?.label ?? undefined;
      const isActiveDirectory = objectClass?.includes('okta:windows_security_principal');
      const qualified = profile.windowsDomainQualifiedName;
      const directory = isActiveDirectory
        ? `Active Directory${qualified ? ` (${qualified})` : ''}`
        : undefined;
      const source = type === 'APP_GROUP' ? (application ?? directory) : undefined;
      return { id, name: profile.name, type, ...(source !== undefined && { source }) };
    }),
  ),
);

/** The group of all people in the org, which every org has. */
const everyone = 'Everyone';

/**
 * Finds the groups of exactly this name (imported ones may share it), or the one of this ID. Names are compared in Unicode
 * NFC: `é` may be one character or two, and looks the same.
 *
 * @throws OktaError, also if Okta does not show the group Everyone; OktaUnreachableError
 */
export async function findGroups(okta: Okta, nameOrId: string): Promise<Group[]> {
  const { groups } = okta.to({ to: `find the group "${nameOrId}"`, needs: 'okta.groups.read' });
  if (/^00g[0-9A-Za-z]{17}$/.test(nameOrId)) {
    const json = await unlessNotFound(groups.getGroup({ groupId: nameOrId }));
    if (json !== undefined) return [readAnswer(groupSchema, json, 'a group')];
  }
  const name = nameOrId.normalize('NFC');
  let found: Group[] = [];
  // Okta compares the characters as they are stored.
  for (const form of new Set([name, nameOrId.normalize('NFD')])) {
    found = (await groupsThatStartWith(okta, form)).filter((group) => group.name.normalize('NFC') === name);
    if (found.length > 0) break;
  }
  if (name === everyone && !found.some(({ type }) => type === 'BUILT_IN')) throw everyoneNotShown(okta);
  return found;
}

/** `q` gives the names that start so on one page only: the one of this name may be beyond its limit. */
async function groupsThatStartWith(okta: Okta, start: string): Promise<Group[]> {
  const list = (query: { q: string } | { search: string }) => {
    const { groups } = okta.to({ to: `find the group "${start}"`, needs: 'okta.groups.read' });
    return collect(groups.listGroups({ ...query, limit: pageSize }), (json) => ({
      group: readItem(groupSchema, json),
    }));
  };
  const begun = await list({ q: start });
  // https://developer.okta.com/docs/api/#filter: the operators' strings are JSON's.
  const found =
    begun.length < pageSize ? begun : await list({ search: `profile.name eq ${JSON.stringify(start)}` });
  return found.flatMap(({ group }) => group ?? []);
}

function everyoneNotShown({ orgUrl }: Okta): OktaError {
  return new OktaError(
    `Okta at ${orgUrl} does not show the group Everyone to the credentials in the Okta secret: their administrator role is limited to some groups. Give them the role Application Administrator, add all groups to the resource set of their custom role, or name groups in Access.`,
    { status: 200, errorCode: undefined, requestId: undefined },
  );
}

export { assignGroup, listAssignedGroupIds, unassignGroup } from './group-assignments.ts';
