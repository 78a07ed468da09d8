import type { AssumableRole } from '../aws/role.ts';
import { assumeRole } from '../aws/role.ts';
import {
  type Authenticity,
  authenticate,
  type Evidence,
  type ShownResource,
  type Trusted,
} from './authenticity.ts';
import type { CustomResourceRequest } from './request.ts';
import { connectStacks, describeStack, describeStackResource, resourceEvents, type Stacks } from './stacks.ts';

/** Whose events the operator lets in. */
export interface TrustSettings {
  /** The function's own account. */
  readonly accountId: string;
  /** ARNs of roles in other accounts, which let the function ask CloudFormation there. */
  readonly roleArns: readonly string[];
}

/** What the resource's journal knows. */
export type KnownToJournal = Pick<Trusted, 'knownPhysicalIds' | 'standingProperties'>;

/** CloudFormation's word on an event, asked for while the lease is taken. */
export interface Confirmation {
  /**
   * Decides, once the lease is held and the journal is known.
   * @throws StackNotReadError if CloudFormation does not answer.
   */
  decide(known: KnownToJournal): Promise<Authenticity>;
  /** Looks once more, beside other work: the event that CloudFormation waits for may have ended while the lease was awaited. */
  again(known: KnownToJournal): Promise<Authenticity>;
  /** The ID that CloudFormation has the resource by. */
  physicalResourceId(): Promise<string | undefined>;
}

/**
 * Connects to CloudFormation in a stack's account.
 * @param signal ends every call.
 * @returns `undefined` if the stack is in an account that the operator does not list.
 */
export function connectTrusted(
  { accountId, roleArns }: TrustSettings,
  stackId: string,
  signal: AbortSignal,
): Stacks | undefined {
  const account = stackId.split(':')[4];
  if (account === accountId) return connectStacks(stackId, signal);
  const roleArn = roleArns.find((arn) => arn.split(':')[4] === account);
  return roleArn === undefined
    ? undefined
    : connectStacks(stackId, signal, () => assumeRole(roleOf(roleArn), signal));
}

/** @param signal ends every call. */
export function askCloudFormation(
  request: CustomResourceRequest,
  { accountId, roleArns }: TrustSettings,
  signal: AbortSignal,
): Confirmation {
  const { stackId, logicalResourceId } = request;
  const trustedAccounts = roleArns.flatMap((arn) => arn.split(':')[4] ?? []);
  const trusted = connectTrusted({ accountId, roleArns }, stackId, signal);
  const stacks = trusted ?? connectStacks(stackId, signal);
  const evidence = trusted ? gather(stacks, request) : Promise.resolve(noEvidence);
  // Avoids an unhandledRejection before the lease is had; `decide` still sees the error.
  evidence.catch(() => undefined);
  const decide = async (resource: Promise<ShownResource | undefined>, known: KnownToJournal) =>
    authenticate(request, { ...(await evidence), resource: await resource }, { ...known, accountId, trustedAccounts });
  const first = evidence.then(({ resource }) => resource);
  first.catch(() => undefined);
  return {
    decide: (known) => decide(first, known),
    again: (known) => decide(describeStackResource(stacks, stackId, logicalResourceId), known),
    physicalResourceId: async () => (await evidence).resource?.physicalResourceId,
  };
}

const noEvidence: Evidence = { resource: undefined, stackStatus: undefined, events: [] };

async function gather(stacks: Stacks, request: CustomResourceRequest): Promise<Evidence> {
  const { stackId, logicalResourceId } = request;
  // Only a rollback and a clean-up need the stack's own status.
  const isCreate = request.requestType === 'Create';
  const [resource, stack, events] = await Promise.all([
    describeStackResource(stacks, stackId, logicalResourceId),
    isCreate ? undefined : describeStack(stacks, stackId),
    resourceEvents(stacks, stackId, logicalResourceId),
  ]);
  return { resource, stackStatus: stack?.stackStatus, events };
}

function roleOf(arn: string): AssumableRole {
  return { arn, sessionName: 'okta-cognito-idp', externalId: 'okta-cognito-idp' };
}
