import type { z } from 'zod';
import { type IdentifierPrefix, oktaIdentifier, timestamp } from '../identifiers.ts';
import type { LifecycleStatus, Resource } from '../org.ts';
import { type Answer, type Call, json, type Operation, page, parameter } from './call.ts';
import { forbidden, notFound, type ResourceKind, validationFailed } from './errors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Resources of one kind, which the Management API creates, reads, replaces and deletes in the same way. */
export interface Family {
  /** The collection's path; placeholders name what it belongs to. */
  readonly path: string;
  readonly scope: string;
  readonly kind: ResourceKind;
  readonly prefix: IdentifierPrefix;
  /** What a request may hold, with Okta's defaults. Unknown fields are ignored, as Okta ignores them. */
  readonly schema: z.ZodType<Fields>;
  /** What Okta itself made. */
  readonly seeds?: readonly (Fields & { readonly name: string })[];
  /** @throws ManagementError if what the collection belongs to is not there */
  readonly parent?: (call: Call) => unknown;
  readonly created: 200 | 201;
  /** 202: Okta deletes it later. */
  readonly deleted: 202 | 204;
  /** What the lifecycle operations answer; `none`: it has no lifecycle of its own. */
  readonly lifecycle: 'resource' | 'empty' | 'none';
  readonly newStatus?: LifecycleStatus;
  /** Whether a resource can be replaced or deleted only while it is inactive. */
  readonly mustBeInactive?: boolean;
  /** @returns the resource as Okta shows it, without its links */
  readonly view: (resource: Resource) => object;
  /** Paths below the resource that it links to. */
  readonly links?: readonly string[];
  readonly hasLinks?: boolean;
  /** Runs after each change. */
  readonly changed?: (call: Call, resources: readonly Resource[]) => void;
}

/** What every resource shows. */
export const timesOf = ({ created, lastUpdated }: Resource) => ({ created, lastUpdated });

/** @returns the family's operations */
export function familyOperations(family: Family): Operation[] {
  const item = `${family.path}/{resourceId}`;
  const [read, manage] = [`${family.scope}.read`, `${family.scope}.manage`];
  const change = (status: LifecycleStatus, verb: string): Operation => ({
    method: 'POST',
    path: `${item}/lifecycle/${verb}`,
    scope: manage,
    answer: (call) => changeStatus(family, call, status),
  });
  return [
    { method: 'GET', path: family.path, scope: read, answer: (call) => list(family, call) },
    { method: 'POST', path: family.path, scope: manage, answer: (call) => create(family, call) },
    {
      method: 'GET',
      path: item,
      scope: read,
      answer: (call) => ({ status: 200, body: shown(family, call, resourceOf(family, call)) }),
    },
    { method: 'PUT', path: item, scope: manage, answer: (call) => replace(family, call) },
    { method: 'DELETE', path: item, scope: manage, answer: (call) => remove(family, call) },
    ...(family.lifecycle === 'none' ? [] : [change('ACTIVE', 'activate'), change('INACTIVE', 'deactivate')]),
  ];
}

/** The path of the collection that a call is about, complete. */
function collectionPath(family: Family, call: Call): string {
  return family.path.replace(/\{(\w+)\}/g, (_all, name: string) => parameter(call, name));
}

/** The resources of the collection; what Okta itself made is there from the start. */
function resourcesOf(family: Family, call: Call): Map<string, Resource> {
  family.parent?.(call);
  const path = collectionPath(family, call);
  const found = call.org.resources.get(path);
  if (found) return found;
  const seeded = (family.seeds ?? []).map(({ name, ...fields }) =>
    resource(family, { name, ...fields }, 'ACTIVE', true),
  );
  const resources = new Map(seeded.map((each) => [each.id, each]));
  call.org.resources.set(path, resources);
  return resources;
}

function resource(family: Family, fields: Fields, status: LifecycleStatus, system: boolean): Resource {
  const now = timestamp();
  return { id: oktaIdentifier(family.prefix), status, system, created: now, lastUpdated: now, fields };
}

function resourceOf(family: Family, call: Call): Resource {
  const id = parameter(call, 'resourceId');
  const found = resourcesOf(family, call).get(id);
  if (!found) throw notFound(id, family.kind);
  return found;
}

function shown(family: Family, call: Call, kept: Resource): object {
  const body = family.view(kept);
  if (family.hasLinks === false) return body;
  const self = `${call.origin}${collectionPath(family, call)}/${kept.id}`;
  const link = (path: string, ...allow: string[]) => ({ href: `${self}${path}`, hints: { allow } });
  const verb = kept.status === 'ACTIVE' ? 'deactivate' : 'activate';
  return {
    ...body,
    _links: {
      self: link('', 'GET', 'PUT', 'DELETE'),
      ...Object.fromEntries((family.links ?? []).map((name) => [name, link(`/${name}`, 'GET')])),
      ...(family.lifecycle !== 'none' && { [verb]: link(`/lifecycle/${verb}`, 'POST') }),
    },
  };
}

function list(family: Family, call: Call): Answer {
  const start = call.url.searchParams.get('q')?.toLowerCase() ?? '';
  const found = [...resourcesOf(family, call).values()].filter(({ fields }) =>
    String(fields.name).toLowerCase().startsWith(start),
  );
  return page(
    call,
    found,
    ({ id }) => id,
    (each) => shown(family, call, each),
    { normal: 200, most: 200 },
  );
}

function fieldsOf(family: Family, call: Call, except?: Resource): Fields {
  const parsed = family.schema.safeParse(withoutNulls(json(call)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = String(issue?.path[0] ?? 'name');
    const isMissing = issue?.code === 'invalid_type' && issue.message.includes('undefined');
    throw validationFailed(field, [
      isMissing ? `${field}: The field cannot be left blank` : `${field}: ${issue?.message}`,
    ]);
  }
  const others = [...resourcesOf(family, call).values()].filter((each) => each !== except);
  if (others.some(({ fields }) => fields.name === parsed.data.name)) {
    throw validationFailed('name', [
      'name: An object with this field already exists in the current organization',
    ]);
  }
  return parsed.data;
}

/** Okta takes a null for a field that is not there. */
function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

function create(family: Family, call: Call): Answer {
  const resources = resourcesOf(family, call);
  const { status: asked, ...fields } = fieldsOf(family, call);
  const usual = family.newStatus ?? (asked === 'INACTIVE' ? 'INACTIVE' : 'ACTIVE');
  const added = resource(family, fields, usual, false);
  resources.set(added.id, added);
  family.changed?.(call, [...resources.values()]);
  return { status: family.created, body: shown(family, call, added) };
}

function replace(family: Family, call: Call): Answer {
  const found = resourceOf(family, call);
  refuseActive(family, found);
  const { status: asked, ...fields } = fieldsOf(family, call, found);
  // A family with a lifecycle changes its status there; a PUT of the others may name one.
  if (family.lifecycle === 'none' && (asked === 'ACTIVE' || asked === 'INACTIVE')) found.status = asked;
  found.fields = fields;
  return changed(family, call, found, 200);
}

function remove(family: Family, call: Call): Answer {
  const found = resourceOf(family, call);
  if (found.system) throw forbidden([`${String(found.fields.name)} is Okta's own and cannot be deleted.`]);
  refuseActive(family, found);
  const resources = resourcesOf(family, call);
  resources.delete(found.id);
  const below = `${collectionPath(family, call)}/${found.id}/`;
  for (const path of call.org.resources.keys()) {
    if (path.startsWith(below)) call.org.resources.delete(path);
  }
  family.changed?.(call, [...resources.values()]);
  return { status: family.deleted };
}

function refuseActive({ mustBeInactive, kind }: Family, { status }: Resource): void {
  if (!mustBeInactive || status === 'INACTIVE') return;
  throw validationFailed(kind, ['It is active. Deactivate it first.']);
}

function changeStatus(family: Family, call: Call, status: LifecycleStatus): Answer {
  const found = resourceOf(family, call);
  found.status = status;
  return changed(family, call, found, family.lifecycle === 'resource' ? 200 : 204);
}

function changed(family: Family, call: Call, found: Resource, status: 200 | 204): Answer {
  found.lastUpdated = timestamp();
  family.changed?.(call, [...resourcesOf(family, call).values()]);
  return status === 204 ? { status } : { status, body: shown(family, call, found) };
}
