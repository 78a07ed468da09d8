import { setTimeout as pause } from 'node:timers/promises';
import type { Deadline } from '../../cloudformation/deadline.ts';
import { isHeld, readItem } from '../../lease/items.ts';
import type { LeaseItem } from '../../lease/table.ts';
import type { Services } from '../connections.ts';
import { journalIn } from '../journal/item.ts';
import type { AdoptionMode } from '../plan/consent.ts';
import { type ResourceName, resourceName } from '../resource-name.ts';
import { check, type Finding, isDrifted, left } from './check.ts';
import { sentenceOf } from './drift.ts';
import { type CheckMessage, keysOf, messageFor } from './message.ts';
import { repair, repairObstacle } from './repair.ts';
import { consentObstacle, isRotationDue, rotateSecret, rotationObstacle } from './rotation.ts';
import { federationsIn, isRepairOpen, nameOf, type StandingFederation } from './standing.ts';

/** A deployment is changing the federation: its current state is incomplete. */
export class DeploymentAtWorkError extends Error {
  override readonly name = 'DeploymentAtWorkError';
}

export interface WatchOptions {
  /** Whether the watch undoes the changes of others. */
  readonly repairsDrift: boolean;
  /** What it takes to rotate the client secret of an adopted application. */
  readonly adoption: AdoptionMode;
  /** Sends a message that comes after so many seconds. */
  readonly later: (message: CheckMessage, delaySeconds: number) => Promise<void>;
}

/** What the metrics say of a federation. */
export interface Report {
  /** Such as `us-east-1_Example1/Okta`. */
  readonly federation: string;
  readonly signInWorks: boolean | undefined;
  readonly isDrifted: boolean;
  readonly secretAgeDays: number | undefined;
}

/**
 * Watches one federation: looks at it, repairs it if the operator wants that, and rotates its client secret if that is due.
 * A repeat of a message finds the work done and does nothing.
 *
 *     journal ──▶ observe, plan, probe ──▶ journal again, if something is wrong ──▶ repair ──▶ rotate, under the lease
 *                                                          another message ends the rotation ◀──┘
 *
 * @param report gets the values of the metrics, also if a rotation fails.
 * @throws DeploymentAtWorkError, OktaRateLimitError, and everything that a call throws: the message comes again.
 */
export async function watch(
  message: CheckMessage,
  services: Services,
  deadline: Deadline,
  { repairsDrift, adoption, later }: WatchOptions,
  report: (report: Report) => void,
): Promise<void> {
  const { signal } = deadline.work;
  const item = await readItem(services.leases, resourceName(message), signal);
  const federation = item && standingIn(item, message);
  if (!federation) return services.log('This federation is gone; nothing is done.', keysOf(message));
  requireAlone(item);
  const journal = journalIn(item);
  const look = () => lookTwice(() => check(federation, journal, services, deadline.work), services, signal);
  let finding = await look();
  const isWrong = finding.differences.length + finding.problems.length > 0 || finding.signIn.works === false;
  // A deployment in between would look like a change by hand.
  if (isWrong) await requireSame(item, message, services, signal);
  log(finding, message, services);
  const isToRepair = finding.differences.length > 0 || isRepairOpen(journal);
  if (repairsDrift && isToRepair && finding.foresight?.planned) {
    const obstacle = repairObstacle(journal, federation, finding.foresight.planned.plan, finding.problems);
    if (obstacle) services.log(`The drift is not repaired. ${obstacle}`, keysOf(message));
    else {
      try {
        if (await repair(federation, services, deadline)) {
          services.log('The drift is repaired.', keysOf(message));
          finding = await look();
        }
      } catch (error) {
        // What was seen before it is true all the same; the message comes again.
        report(reportOn(federation, finding));
        throw error;
      }
    }
  }
  const isDue = isRotationDue(federation, finding.secretSince, Date.now(), message.rotationAskedAt);
  const obstacle = isDue
    ? (rotationObstacle(journal, federation, finding) ?? consentObstacle(federation, finding, adoption))
    : undefined;
  if (obstacle)
    services.log(`The client secret is due for a rotation and is not rotated. ${obstacle}`, keysOf(message));
  try {
    if (!isDue || obstacle) return;
    const rotated = await rotateSecret(federation, finding, services, deadline, message.rotationAskedAt);
    if (!rotated) return;
    finding = { ...finding, secretSince: Date.now() };
    if ('secret' in rotated) return services.log('The client secret is rotated.', keysOf(message));
    services.log('The new client secret is in use; the old one goes in a minute.', keysOf(message));
    await later(messageFor(federation), Math.ceil(rotated.oldStaysMs / 1000));
  } finally {
    report(reportOn(federation, finding));
  }
}

/** A network that fails for some seconds would otherwise be an alarm until the next check. */
const secondLookAfterMs = 25_000;

async function lookTwice(
  look: () => Promise<Finding>,
  services: Services,
  signal: AbortSignal,
): Promise<Finding> {
  const finding = await look();
  if (!finding.signIn.mayBeBlip) return finding;
  services.log('Something could not be reached; another look follows.', { reason: finding.signIn.reason });
  await pause(secondLookAfterMs, undefined, { signal });
  return look();
}

function standingIn(item: LeaseItem, { physicalResourceId }: CheckMessage): StandingFederation | undefined {
  return federationsIn(item).find(({ standing }) => standing.physicalResourceId === physicalResourceId);
}

/** @throws DeploymentAtWorkError */
export function requireAlone(item: LeaseItem): void {
  if (isHeld(item, Date.now()))
    throw new DeploymentAtWorkError('A deployment is at work on this federation; it is looked at later.');
}

/**
 * Reads the journal again.
 * @throws DeploymentAtWorkError if it is not as before.
 */
export async function requireSame(
  before: LeaseItem,
  resource: ResourceName,
  services: Pick<Services, 'leases'>,
  signal: AbortSignal,
): Promise<void> {
  const now = await readItem(services.leases, resourceName(resource), signal);
  const isSame = now?.open?.S === before.open?.S && now?.standing?.S === before.standing?.S;
  if (!isSame || !now)
    throw new DeploymentAtWorkError('A deployment has changed this federation; it is looked at again.');
  requireAlone(now);
}

function log(
  { signIn, differences, problems, isLeft }: Finding,
  message: CheckMessage,
  services: Services,
): void {
  const keys = keysOf(message);
  if (signIn.works === false) services.log('People cannot sign in.', { ...keys, reason: signIn.reason });
  if (isLeft) services.log(left, keys);
  else if (differences.length + problems.length > 0) {
    const found = [...differences.map(sentenceOf), ...problems];
    services.log('The federation has drifted from its template.', { ...keys, differences: found });
  }
}

const dayMs = 24 * 60 * 60 * 1000;

function reportOn(federation: StandingFederation, finding: Finding): Report {
  const { secretSince } = finding;
  return {
    federation: nameOf(federation),
    signInWorks: finding.signIn.works,
    isDrifted: isDrifted(finding),
    secretAgeDays: secretSince === undefined ? undefined : Math.max(0, (Date.now() - secretSince) / dayMs),
  };
}
