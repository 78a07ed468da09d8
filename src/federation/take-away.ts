import type { Allotment } from '../cloudformation/deadline.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import { apply } from './apply/apply.ts';
import { observeForRemoval } from './observe/observe.ts';
import { planRemoval, type Removal } from './plan/plan-removal.ts';
import { identityOf, labelOf } from './properties/identity.ts';
import type { Properties } from './properties/properties.ts';
import { connect, type Place, type Surroundings } from './surroundings.ts';

/** A removal, and where it takes place. */
export interface RemovalOrder extends Removal {
  readonly request: CustomResourceRequest;
  readonly place: Place;
  /** Where to look for an application whose ID nobody knows. */
  readonly label: string;
}

/**
 * The removal of what these properties made, or were about to make: what was adopted is given back, whatever the template says
 * of its end, because the resource never had it to keep.
 */
export function removalOf(
  request: CustomResourceRequest,
  properties: Properties,
  applicationId: string | undefined,
): RemovalOrder {
  return {
    request,
    identity: identityOf(request, properties),
    applicationId: applicationId ?? properties.Adopt?.ApplicationId,
    namedClientIds: properties.UserPoolClientIds,
    isAdoption: properties.Adopt !== undefined,
    deletesAdopted: false,
    place: properties,
    label: labelOf(request, properties),
  };
}

/** Observes, plans and applies the removal of one federation. */
export async function takeAway(
  removal: RemovalOrder,
  time: Allotment,
  surroundings: Surroundings,
): Promise<void> {
  const { identity } = removal;
  const sources = connect(surroundings, removal.request, removal.place, time);
  const observed = await observeForRemoval(sources, identity, removal);
  const plan = planRemoval(removal, observed);
  surroundings.log('Planned the removal.', { steps: plan.map((stage) => stage.map((step) => step.do)) });
  const site = { identity, okta: await sources.okta, cognito: sources.cognito, leases: surroundings.leases };
  await apply(plan, site, {
    application: observed.application,
    clientSecret: observed.provider?.clientSecret,
  });
}
