import * as z from 'zod/mini';
import type { Deadline } from '../cloudformation/deadline.ts';
import { parsePhysicalId } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import { explain } from './explain.ts';
import { removeUnanswered } from './leftovers.ts';
import { labelOf } from './properties/identity.ts';
import type { History } from './repeats.ts';
import type { Surroundings } from './surroundings.ts';
import { type RemovalOrder, takeAway } from './take-away.ts';

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
  history: History,
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
    if (history.hasFailed && history.physicalResourceId === physicalResourceId) {
      await removeUnanswered(removal, history.attempted, deadline.work, surroundings);
    }
    return { status: 'SUCCESS', physicalResourceId, data: {} };
  } catch (error) {
    surroundings.warn('Delete failed.', error);
    const reason = explain(error, deadline.work, 'removing the federation');
    return { status: 'FAILED', physicalResourceId, reason };
  }
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
