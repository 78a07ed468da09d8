import * as z from 'zod/mini';
import type { Allotment, Deadline } from '../cloudformation/deadline.ts';
import { parsePhysicalId } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import { getApplication } from '../okta/applications.ts';
import { apply } from './apply/apply.ts';
import { explain } from './explain.ts';
import { observeForRemoval } from './observe/observe.ts';
import { findByMarker } from './observe/whereabouts.ts';
import { planRemoval, type Removal } from './plan/plan-removal.ts';
import { identityOf, labelOf } from './properties/identity.ts';
import type { Properties } from './properties/properties.ts';
import type { History } from './repeats.ts';
import { connect, type Place, type Surroundings } from './surroundings.ts';

type DeleteRequest = Extract<CustomResourceRequest, { requestType: 'Delete' }>;

/** A removal, and where it takes place. */
export interface RemovalOrder extends Removal {
  readonly request: CustomResourceRequest;
  readonly place: Place;
  /** Where to look for an application whose ID nobody knows. */
  readonly label: string;
}

/**
 * Takes a federation away. What is gone already is success, and what is somebody else's stays.
 *
 * The properties are read leniently: a Delete follows also where they were what failed the Create.
 * @param history `undefined` where the latest event may not be in it.
 */
export async function remove(
  request: DeleteRequest,
  deadline: Deadline,
  surroundings: Surroundings,
  history: History | undefined,
): Promise<Answer> {
  const { physicalResourceId, stackId, logicalResourceId } = request;
  const named = lenientSchema.parse(request.properties);
  // CloudFormation makes up an ID for a Create that nobody answered.
  const current = parsePhysicalId(physicalResourceId);
  const userPoolId = current?.userPoolId ?? named.UserPoolId;
  const providerName = current?.providerName ?? named.ProviderName;
  if (userPoolId === undefined) return { status: 'SUCCESS', physicalResourceId, data: {} };
  try {
    const removal: RemovalOrder = {
      request,
      identity: { stackId, logicalResourceId, userPoolId, providerName },
      applicationId: current?.applicationId ?? named.Adopt?.ApplicationId,
      namedClientIds: named.UserPoolClientIds,
      isAdoption: named.Adopt !== undefined,
      // Only what a Create was through with: until then a hand-made application is not this resource's to delete.
      deletesAdopted: named.Adopt?.OnDelete === 'Delete' && current?.applicationId !== undefined,
      place: { ...named, UserPoolId: userPoolId },
      label: labelOf(request, named),
    };
    await takeAway(removal, deadline.work, surroundings);
    // Not where this cleans up after an Update that went well: that one's ID came later, and what it made lives on.
    if (history?.hasFailed && history.physicalResourceId === physicalResourceId) {
      await takeAwayUnanswered(removal, named.Adopt?.ApplicationId, deadline.work, surroundings);
    }
    return { status: 'SUCCESS', physicalResourceId, data: {} };
  } catch (error) {
    surroundings.warn('Delete failed.', error);
    const reason = explain(error, deadline.work, 'removing the federation');
    return { status: 'FAILED', physicalResourceId, reason };
  }
}

/**
 * Takes away what an Update in place made or adopted before it failed, where no rollback followed: CloudFormation was asked to
 * preserve the stack, or the rollback failed too. No physical ID names that, but the marker does.
 */
async function takeAwayUnanswered(
  removal: RemovalOrder,
  adoptedId: string | undefined,
  time: Allotment,
  surroundings: Surroundings,
): Promise<void> {
  const { identity, label, request, place } = removal;
  const okta = await connect(surroundings, request, place, time).okta;
  const adopted = adoptedId === undefined ? undefined : await getApplication(okta, adoptedId);
  for (const application of [adopted, await findByMarker(okta, identity, label)]) {
    if (!application) continue;
    const { id: applicationId } = application;
    await takeAway({ ...removal, applicationId, deletesAdopted: false }, time, surroundings);
  }
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

const lenientText = z.catch(z.optional(z.string().check(z.trim(), z.minLength(1))), undefined);
const lenientSchema = z.object({
  UserPoolId: z.catch(z.optional(z.string().check(z.regex(/^[\w-]+_[0-9a-zA-Z]+$/))), undefined),
  ProviderName: z.catch(z.string().check(z.minLength(1)), 'Okta'),
  UserPoolClientIds: z.catch(z.array(z.string()), []),
  ApplicationLabel: lenientText,
  OktaSecretId: lenientText,
  RoleArn: lenientText,
  Adopt: z.catch(z.optional(z.object({ ApplicationId: lenientText, OnDelete: lenientText })), undefined),
});
