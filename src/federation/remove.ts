import * as z from 'zod';
import type { Allotment, Deadline } from '../cloudformation/deadline.ts';
import { parsePhysicalId } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import { apply } from './apply.ts';
import { explain } from './explain.ts';
import type { Identity } from './marker.ts';
import { observeForRemoval } from './observe.ts';
import { planRemoval } from './plan.ts';
import { defaultLabel } from './properties.ts';
import { connect, type Surroundings } from './surroundings.ts';

type DeleteRequest = Extract<CustomResourceRequest, { requestType: 'Delete' }>;

/**
 * Takes a federation away. What is gone already is success, and what is somebody else's stays.
 *
 * The properties are read leniently: a Delete follows also where they were what failed the Create.
 */
export async function remove(
  request: DeleteRequest,
  deadline: Deadline,
  surroundings: Surroundings,
): Promise<Answer> {
  const { physicalResourceId } = request;
  const named = lenientSchema.parse(request.properties);
  // CloudFormation makes up an ID for a Create that nobody answered.
  const current = parsePhysicalId(physicalResourceId) ?? {
    userPoolId: named.UserPoolId,
    providerName: named.ProviderName,
    applicationId: undefined,
  };
  const { userPoolId, providerName, applicationId } = current;
  if (userPoolId === undefined) return { status: 'SUCCESS', physicalResourceId, data: {} };
  const { stackId, logicalResourceId } = request;
  const label = named.ApplicationLabel ?? defaultLabel(request.stackName, logicalResourceId);
  try {
    await takeAway(
      { stackId, logicalResourceId, userPoolId, providerName },
      applicationId,
      named.UserPoolClientIds,
      label,
      deadline.work,
      surroundings,
    );
    return { status: 'SUCCESS', physicalResourceId, data: {} };
  } catch (error) {
    surroundings.warn('Delete failed.', error);
    return {
      status: 'FAILED',
      physicalResourceId,
      reason: explain(error, deadline.work, 'removing the federation'),
    };
  }
}

/**
 * Observes, plans and applies the removal of one federation.
 * @param applicationId of the Okta application; where nobody knows it, the marker finds it under `label`.
 * @param namedClientIds app clients that the template names.
 */
export async function takeAway(
  identity: Identity,
  applicationId: string | undefined,
  namedClientIds: readonly string[],
  label: string,
  time: Allotment,
  surroundings: Surroundings,
): Promise<void> {
  const sources = connect(surroundings, identity.userPoolId, time);
  const observed = await observeForRemoval(sources, identity, applicationId, label);
  const plan = planRemoval(identity, applicationId, namedClientIds, observed);
  surroundings.log('Planned the removal.', { steps: plan.map((stage) => stage.map((step) => step.do)) });
  const site = { identity, okta: await sources.okta, cognito: sources.cognito, leases: surroundings.leases };
  await apply(plan, site, { application: observed.application, clientSecret: undefined });
}

const lenientSchema = z.object({
  UserPoolId: z
    .string()
    .regex(/^[\w-]+_[0-9a-zA-Z]+$/)
    .optional()
    .catch(undefined),
  ProviderName: z.string().min(1).catch('Okta'),
  UserPoolClientIds: z.array(z.string()).catch([]),
  ApplicationLabel: z.string().trim().optional().catch(undefined),
});
