import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import type { Application } from '../../okta/applications.ts';
import type { Observed } from '../observe/observed.ts';
import { adopts } from '../ownership/whose.ts';
import type { PolicyRules } from '../policy/evaluate.ts';
import type { Written } from '../policy/subject.ts';
import { defaults } from '../properties/defaults.ts';
import type { Properties } from '../properties/properties.ts';
import { type AdoptionMode, consentOf, consentProblem, type Wanted } from './consent.ts';
import { notesProblem } from './consent-notes.ts';
import type { Goal } from './goal.ts';

/** Who has a say in what a stack may do: the operator of the provider stack, and Okta's administrators. */
export interface Permissions {
  readonly request: Pick<CustomResourceRequest, 'stackId' | 'stackName'>;
  readonly adoption: AdoptionMode;
  /** `undefined` if the operator has none: then everything is allowed. */
  readonly policy: PolicyRules | undefined;
  /** The ARN of the provider stack's own Okta secret. */
  readonly oktaSecretId: string;
}

type Asked = Pick<Goal, 'properties' | 'known' | 'settings'>;

/** What a stack asks for and may not have: each a sentence that says whose permission is missing. Pure. */
export function permissionProblems(
  permissions: Permissions,
  asked: Asked,
  observed: Observed,
): readonly string[] {
  const forbidden = forbiddenBy(permissions, asked, observed);
  return [...(forbidden === undefined ? [] : [forbidden]), ...consentProblems(permissions, asked, observed)];
}

/** What the operator's policy says to what the template writes, before anything is looked at. Pure. */
export function forbiddenAsWritten(permissions: Permissions, properties: Properties): string | undefined {
  const verdict = permissions.policy?.(writtenBy(permissions, properties));
  return verdict && 'refused' in verdict ? verdict.refused : undefined;
}

function writtenBy({ request, oktaSecretId }: Permissions, properties: Properties): Written {
  const { stackName } = request;
  return { stackName, accountId: accountOf(request), properties, ownSecretId: oktaSecretId };
}

/**
 * What the operator's policy says to a federation, as far as it is known. Pure.
 * @param observed without a pool, if the deployment itself makes it.
 */
export function forbiddenBy(
  permissions: Permissions,
  { properties, known, settings }: Asked,
  { userPool, groups, issuer, policies }: Observed,
): string | undefined {
  const access = properties.Access ?? (adopts(properties, known.applications) ? undefined : defaults.access);
  const verdict = permissions.policy?.({
    ...writtenBy(permissions, { ...properties, ...(access === undefined ? {} : { Access: access }) }),
    poolTags: userPool?.tags,
    settings,
    resolved: {
      groups,
      // If there are several of the name, another sentence refuses them.
      ...(Array.isArray(policies) && policies[0] ? { authenticationPolicy: policies[0] } : {}),
      ...('problem' in issuer ? {} : { issuerUrl: issuer.url }),
    },
  });
  return verdict && 'refused' in verdict ? verdict.refused : undefined;
}

/** What Okta's administrators have not allowed. Pure. */
export function consentProblems(
  permissions: Omit<Permissions, 'policy' | 'oktaSecretId'>,
  asked: Asked,
  observed: Observed,
): readonly string[] {
  return [notesProblem(asked.properties.Notes), consentProblemOf(permissions, asked, observed)].filter(
    (problem) => problem !== undefined,
  );
}

/**
 * The adoption of an application that an administrator made needs consent, and so does each later rotation and its deletion. An
 * application that this resource made or took over needs none.
 */
function consentProblemOf(
  { adoption, request }: Pick<Permissions, 'adoption' | 'request'>,
  { properties, known }: Asked,
  { application }: Observed,
): string | undefined {
  const isAdopted = application?.relation === 'adopted';
  if (!application || !(isAdopted || application.relation === 'unmarked')) return undefined;
  const wanted: Wanted = {
    rotate:
      properties.SecretRotation !== undefined ||
      (properties.SecretVersion !== undefined && properties.SecretVersion !== known.secret.version),
    delete: properties.Adopt?.OnDelete === 'Delete',
  };
  if (isAdopted && !wanted.rotate && !wanted.delete) return undefined;
  return consentProblem(adoption, application.document, adopterOf(request), wanted);
}

/** Whether an administrator lets a stack delete an application that it adopted: the consent may have been withdrawn since. */
export function mayDelete(
  { adoption, request }: Pick<Permissions, 'adoption' | 'request'>,
  application: Application | undefined,
): boolean {
  const { admin } = application?.settings?.notes ?? {};
  return !application || consentOf(adoption, admin, adopterOf(request)).delete;
}

export function adopterOf(request: Permissions['request']) {
  return { stackName: request.stackName, accountId: accountOf(request) };
}

function accountOf({ stackId }: Pick<CustomResourceRequest, 'stackId'>): string {
  return stackId.split(':')[4] ?? '';
}
