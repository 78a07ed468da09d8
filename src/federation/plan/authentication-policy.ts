import { accessPolicyIdOf } from '../../okta/access-policies.ts';
import type { Application } from '../../okta/applications.ts';
import type { ApplicationRecord } from '../journal/records.ts';
import type { Observed } from '../observe/observed.ts';
import type { Properties } from '../properties/properties.ts';
import type { Step } from './steps.ts';

type Asked = Pick<Properties, 'AuthenticationPolicy'>;
type Found = Pick<Observed, 'application' | 'policies' | 'defaultPolicyId'>;

/** The ID of the policy that the template names; `undefined` if it names none, or none that is there once. */
function wantedPolicyId({ AuthenticationPolicy: asked }: Asked, { policies }: Found): string | undefined {
  if (asked === undefined || policies === undefined || policies === 'unavailable') return undefined;
  const [policy, ...others] = policies;
  return others.length === 0 ? policy?.id : undefined;
}

/**
 * Plans the authentication policy of an application. If the template no longer names one, the one that was there before is
 * set again, or the org's default; one that an administrator has chosen since stays. Pure.
 */
export function policySteps(asked: Asked, found: Found): Step[] {
  const wanted = wantedPolicyId(asked, found);
  const current = found.application && accessPolicyIdOf(found.application.document);
  if (wanted !== undefined)
    return current === wanted ? [] : [{ do: 'assignAccessPolicy', policyId: wanted, isPutBack: false }];
  if (asked.AuthenticationPolicy !== undefined) return [];
  return policyPutBack(found.application?.record, current, found.defaultPolicyId);
}

/** Gives an adopted application its policy back. */
export function policyGivenBack(record: ApplicationRecord, application: Application): Step[] {
  return policyPutBack(record, accessPolicyIdOf(application), undefined);
}

function policyPutBack(
  record: Pick<ApplicationRecord, 'policy'> | undefined,
  current: string | undefined,
  defaultPolicyId: string | undefined,
): Step[] {
  const before = record?.policy?.found ?? defaultPolicyId;
  const isOurs = current !== undefined && record?.policy?.set.includes(current);
  return isOurs && before !== undefined && before !== current
    ? [{ do: 'assignAccessPolicy', policyId: before, isPutBack: true }]
    : [];
}

/** What the journal has of the policy when the steps are done. */
export function policyAfter(asked: Asked, found: Found): Pick<ApplicationRecord, 'policy'> {
  const wanted = wantedPolicyId(asked, found);
  const record = found.application?.record?.policy;
  const current = found.application && accessPolicyIdOf(found.application.document);
  // What a rollback cannot find out stays as it was.
  if (wanted === undefined)
    return asked.AuthenticationPolicy !== undefined && record ? { policy: record } : {};
  // An administrator had set it already.
  if (!record && found.application && current === wanted) return {};
  const before = record?.found ?? (current === wanted ? undefined : current);
  return { policy: { set: [wanted], ...(before === undefined ? {} : { found: before }) } };
}

/** The policy of an application that was created just now: Okta's answer shows the first one. */
export function withFirstPolicy<Kept extends Pick<ApplicationRecord, 'policy'>>(
  record: Kept,
  created: Application,
): Kept {
  const found = accessPolicyIdOf(created);
  const { policy } = record;
  return policy && policy.found === undefined && found !== undefined
    ? { ...record, policy: { ...policy, found } }
    : record;
}
