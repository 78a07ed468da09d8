import { setTimeout as pause } from 'node:timers/promises';
import { type AssumableRole, assumeRole } from '../aws/role.ts';
import { type Authenticity, authenticate, type Evidence, type Trusted } from './authenticity.ts';
import type { CustomResourceRequest } from './request.ts';
import {
  connectStacks,
  describeStack,
  describeStackResource,
  resourceEvents,
  type Stacks,
} from './stacks.ts';

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

/** @param signal ends every call. */
export function askCloudFormation(
  request: CustomResourceRequest,
  { accountId, roleArns }: TrustSettings,
  signal: AbortSignal,
): Confirmation {
  const { stackId, logicalResourceId } = request;
  const trustedAccounts = roleArns.flatMap((arn) => arn.split(':')[4] ?? []);
  const account = stackId.split(':')[4];
  const roleArn = roleArns.find((arn) => arn.split(':')[4] === account);
  const isTrusted = account === accountId || roleArn !== undefined;
  const stacks = stacksOf(request, roleArns, signal);
  const ask = () => (isTrusted ? gather(stacks, request) : Promise.resolve(noEvidence));
  let latest = ask();
  // Avoids an unhandledRejection before the lease is had; `decide` still sees the error.
  latest.catch(() => undefined);
  const judge = (evidence: Evidence, known: KnownToJournal) =>
    authenticate(request, evidence, { ...known, accountId, trustedAccounts });
  return {
    async decide(known) {
      let decision = judge(await latest, known);
      for (const ms of isTrusted ? lagMs : []) {
        if (decision.ok) break;
        await pause(ms, undefined, { signal });
        latest = ask();
        decision = judge(await latest, known);
      }
      return decision;
    },
    async again(known) {
      const resource = await describeStackResource(stacks, stackId, logicalResourceId);
      return judge({ ...(await latest), resource }, known);
    },
    physicalResourceId: async () => (await latest).resource?.physicalResourceId,
  };
}

/** AWS does not promise that CloudFormation shows an event before it sends it: a refusal waits for what may be on its way. */
const lagMs = [500, 1_500, 3_000];
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

/** CloudFormation, as the function may ask it about the stack of an event. */
export function stacksOf(
  { stackId }: Pick<CustomResourceRequest, 'stackId'>,
  roleArns: TrustSettings['roleArns'],
  signal: AbortSignal,
): Stacks {
  const account = stackId.split(':')[4];
  const roleArn = roleArns.find((arn) => arn.split(':')[4] === account);
  return connectStacks(stackId, signal, roleArn ? () => assumeRole(roleOf(roleArn), signal) : undefined);
}

function roleOf(arn: string): AssumableRole {
  return { arn, sessionName: 'okta-cognito-idp', externalId: 'okta-cognito-idp' };
}
