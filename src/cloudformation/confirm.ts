import { setTimeout as pause } from 'node:timers/promises';
import { type AssumableRole, assumeRole } from '../aws/role.ts';
import {
  type Authenticity,
  authenticate,
  type Evidence,
  type ResourceEvent,
  type Trusted,
} from './authenticity.ts';
import type { CustomResourceRequest } from './request.ts';
import { isShownAs } from './shown-text.ts';
import {
  connectStacks,
  type DescribedStack,
  describeStack,
  describeStackResource,
  resourceEvents,
  StackNotReadError,
  type Stacks,
} from './stacks.ts';

/** The accounts whose events the operator allows. */
export interface TrustSettings {
  /** The function's own account. */
  readonly accountId: string;
  /** ARNs of roles in other accounts, which let the function ask CloudFormation there. */
  readonly roleArns: readonly string[];
}

/** What the resource's journal knows. */
export type KnownToJournal = Pick<Trusted, 'knownPhysicalIds' | 'standingProperties'>;

/** Asks CloudFormation about an event while the lease is taken. */
export interface Confirmation {
  /**
   * Decides, once the lease is held and the journal is known.
   * @throws StackNotReadError if CloudFormation does not answer.
   */
  decide(known: KnownToJournal): Promise<Authenticity>;
  /** Asks once more, in parallel to other work, if the lease took long: the event may have ended during the wait for it. */
  again(known: KnownToJournal): Promise<Authenticity>;
  /** Of what it shows as text, the real characters if the event or the journal has them. */
  shown(): Promise<ShownToJournal>;
}

/** What CloudFormation shows of the resource and its stack. */
export interface ShownToJournal {
  /** The ID that CloudFormation has the resource by. */
  readonly inForce: string | undefined;
  /** CloudFormation takes back what a deployment of the stack, or of one that it is nested in, has done. */
  readonly isRollback: boolean;
  /** The properties of the resource's latest event that went well; `undefined` if that is long ago. */
  readonly fulfilled: ResourceEvent['properties'];
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
  let askedAt = 0;
  let journalIds: readonly string[] = [];
  const ask = () => {
    askedAt = Date.now();
    return trusted ? gather(stacks, request) : Promise.resolve(nothingShown);
  };
  let latest = ask();
  // Avoids an unhandledRejection before the lease is acquired; `decide` still sees the error.
  latest.catch(() => undefined);
  const judge = (evidence: Evidence, known: KnownToJournal) =>
    authenticate(request, evidence, { ...known, accountId, trustedAccounts });
  return {
    async decide(known) {
      journalIds = known.knownPhysicalIds;
      let decision = judge(await latest, known);
      for (const ms of trusted ? lagMs : []) {
        if (decision.ok) break;
        await pause(ms, undefined, { signal });
        latest = ask();
        decision = judge(await latest, known);
      }
      return decision;
    },
    async again(known) {
      if (Date.now() - askedAt < freshMs) return judge(await latest, known);
      const resource = await describeStackResource(stacks, stackId, logicalResourceId);
      return judge({ ...(await latest), resource }, known);
    },
    shown: async () => {
      const { resource, events, isRollback } = await latest;
      const id = resource?.physicalResourceId;
      const ids = 'physicalResourceId' in request ? [request.physicalResourceId, ...journalIds] : journalIds;
      const wentWell = events.find(({ status }) => /^(CREATE|UPDATE)_COMPLETE$/.test(status));
      return {
        inForce: id === undefined ? undefined : (ids.find((one) => isShownAs(one, id)) ?? id),
        isRollback,
        fulfilled: wentWell?.properties,
      };
    },
  };
}

/** AWS does not promise that CloudFormation shows an event before it sends it: a refusal waits for what may be on its way. */
const lagMs = [500, 1_500, 3_000];
/** A free lease takes less time than this. CloudFormation is asked again only if the lease took longer. */
const freshMs = 1_000;
const nothingShown = { resource: undefined, stackStatus: undefined, events: [], isRollback: false };

async function gather(
  stacks: Stacks,
  request: CustomResourceRequest,
): Promise<Evidence & { readonly isRollback: boolean }> {
  const { stackId, logicalResourceId } = request;
  // Only a rollback and a clean-up need the stack's own status.
  const isCreate = request.requestType === 'Create';
  const ownEvents = resourceEvents(stacks, stackId, logicalResourceId);
  const [resource, stack, events] = await Promise.all([
    describeStackResource(stacks, stackId, logicalResourceId),
    isCreate ? undefined : describeStack(stacks, stackId),
    request.requestType === 'Delete' ? ownEvents.catch(noEvents) : ownEvents,
  ]);
  return {
    resource,
    stackStatus: stack?.stackStatus,
    events,
    isRollback: stack !== undefined && (await isRollingBack(stacks, stack)),
  };
}

/**
 * A nested stack that a deployment of its parent has created is deleted if that deployment is rolled back: only the parent's
 * status says so.
 */
async function isRollingBack(stacks: Stacks, { stackStatus, parentId }: DescribedStack): Promise<boolean> {
  if (/ROLLBACK\w*_IN_PROGRESS$/.test(stackStatus)) return true;
  if (stackStatus !== 'DELETE_IN_PROGRESS' || parentId === undefined) return false;
  return describeStack(stacks, parentId).then(
    (parent) => isRollingBack(stacks, parent),
    // A parent that cannot be read says nothing.
    () => false,
  );
}

/**
 * What a Delete does without events that CloudFormation does not show: it needs them in a clean-up only, if the journal is lost.
 * A control character in any resource's failure reason keeps CloudFormation from showing a stack's events.
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1601
 */
function noEvents(error: unknown): readonly ResourceEvent[] {
  if (error instanceof StackNotReadError) return [];
  throw error;
}

function roleOf(arn: string): AssumableRole {
  return {
    arn,
    sessionName: 'okta-cognito-idp',
    externalId: 'okta-cognito-idp',
    namedBy: 'TrustedAccountRoleArns of the provider stack',
  };
}
