import { randomUUID } from 'node:crypto';
import { atMost, atOnce } from '../at-most.ts';
import type { Allotment } from '../cloudformation/deadline.ts';
import { parsePhysicalId } from '../cloudformation/physical-id.ts';
import type { Services } from '../federation/connections.ts';
import { journalIn } from '../federation/journal/item.ts';
import type { Journal } from '../federation/journal/journal.ts';
import type { Observed } from '../federation/observe/observed.ts';
import { isSameProvider } from '../federation/properties/identity.ts';
import { InvalidRequestError } from '../federation/properties/properties.ts';
import { resourceName } from '../federation/resource-name.ts';
import type { RequestOf } from '../federation/turn.ts';
import { differencesOf } from '../federation/watch/drift.ts';
import { type Foresight, foresee } from '../federation/watch/foresee.ts';
import { foreseeNewPool, unknownPoolId } from '../federation/watch/foresee-new-pool.ts';
import { foreseeRemoval } from '../federation/watch/foresee-removal.ts';
import { onlyListed } from '../federation/watch/only-listed.ts';
import { readItem } from '../lease/items.ts';
import { findGroups } from '../okta/groups.ts';
import type { ReadChangeSet } from './change-set.ts';
import type { PlannedChange } from './planned-change.ts';
import { type NameOf, stepWords } from './step-words.ts';
import { printable, styled } from './terminal.ts';

/** What a deployment will do about one resource. */
export interface Preview {
  /** Numbered steps: those of one number run at the same time. ✗ is a precondition that does not hold. */
  readonly lines: readonly string[];
  /** How many preconditions do not hold. */
  readonly problems: number;
}

type Stack = Pick<ReadChangeSet, 'stackId' | 'stackName'>;

/**
 * Foresees a change of a change set, and changes nothing.
 * @throws everything that a call throws.
 */
export async function previewOf(
  services: Services,
  time: Allotment,
  stack: Stack,
  change: PlannedChange,
): Promise<Preview> {
  const resource = { stackId: stack.stackId, logicalResourceId: change.logicalResourceId };
  const journal = journalIn((await readItem(services.leases, resourceName(resource), time.signal)) ?? {});
  if (change.action === 'Remove') {
    const steps = numbered(await stagesOfRemoval(stack, change, journal, services, time));
    return { lines: steps.length > 0 ? steps : ['  There is nothing to remove.'], problems: 0 };
  }
  const notes = change.unknown.map((place) =>
    styled(
      'dim',
      `  ? ${place} is known only after the deployment, or hidden. What depends on it is not checked.`,
    ),
  );
  try {
    const foresight = await foresightOf(stack, change, journal, services, time);
    if (!foresight) return { lines: [...notes, '  What it changes is known only then.'], problems: 0 };
    const stages = [...stagesOf(foresight, change)];
    if (foresight.isReplacement) {
      const kept = foresight.planned?.goal.properties.Adopt?.ApplicationId;
      const removal = await stagesOfRemoval(stack, change, journal, services, time, kept);
      stages.push(only('Then CloudFormation deletes the old federation'), ...removal);
    }
    const problems = foresight.problems.map(problemLine);
    return { lines: [...numbered(stages), ...problems, ...notes], problems: problems.length };
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return { lines: [problemLine(error.message), ...notes], problems: 1 };
  }
}

type Seen = Omit<Foresight, 'connections'>;

/** @returns `undefined` if what is there cannot be looked at before the deployment. */
async function foresightOf(
  stack: Stack,
  change: PlannedChange,
  journal: Journal,
  services: Services,
  time: Allotment,
): Promise<Seen | undefined> {
  const isUnknown = (name: string) => change.unknown.includes(name);
  const isPoolUnknown = isUnknown('UserPoolId');
  const canLook = !isPoolUnknown && !isUnknown('OktaSecretId') && !isUnknown('RoleArn');
  const request = requestFor(stack, change, journal);
  if (canLook) {
    const seen = await foresee(request, journal, services, time);
    const { planned, connections } = seen;
    if (!planned) return seen;
    const plan = await onlyListed(planned.plan, connections.cognito, planned.goal.identity);
    const unassigned = plan.flatMap((stage) =>
      stage.flatMap((step) => (step.do === 'unassignGroup' ? [step.groupId] : [])),
    );
    const okta = await connections.okta;
    const named = await atMost(atOnce, unassigned, async (id) => [id, await findGroups(okta, id)] as const);
    const observed = { ...seen.observed, groups: new Map([...seen.observed.groups, ...named]) };
    return { ...seen, observed, planned: { ...planned, plan } };
  }
  // A federation that stays in its place exists already.
  if (request.requestType === 'Update' && !isPoolUnknown) return undefined;
  const properties = {
    ...request.properties,
    ...(isPoolUnknown ? { UserPoolId: unknownPoolId } : {}),
  };
  return foreseeNewPool({ ...request, properties }, journal, services, time, !isUnknown('OktaSecretId'));
}

function requestFor(
  { stackId, stackName }: Stack,
  change: PlannedChange,
  journal: Journal,
): RequestOf<'Create'> | RequestOf<'Update'> {
  const { action, logicalResourceId, physicalResourceId, after } = change;
  const common = {
    requestId: `preview ${randomUUID()}`,
    stackId,
    stackName,
    logicalResourceId,
    issuedAt: undefined,
    properties: after ?? {},
  };
  if (action === 'Add' || physicalResourceId === undefined) return { ...common, requestType: 'Create' };
  return {
    ...common,
    requestType: 'Update',
    physicalResourceId,
    oldProperties: propertiesBefore(change, journal),
  };
}

/** As CloudFormation sent them: a change set may hide values, such as those of NoEcho parameters. */
function propertiesBefore({ physicalResourceId, before }: PlannedChange, { standing }: Journal) {
  const there = standing.find((one) => one.physicalResourceId === physicalResourceId);
  return there?.properties ?? before ?? {};
}

/** A step: what it does, and below it what that changes. */
type Words = readonly [step: string, ...changes: string[]];
type Stages = readonly (readonly Words[])[];

function only(step: string): readonly Words[] {
  return [[step]];
}

function stagesOf({ planned, observed, rotation }: Seen, change: PlannedChange): Stages {
  if (!planned) return [];
  const { goal, plan } = planned;
  const { providerName } = goal.identity;
  const nameOf = namesIn(observed);
  const steps = plan.map((stage) =>
    stage.map((step): Words => {
      const isChange = step.do === 'replaceApplication' || step.do === 'updateIdentityProvider';
      const differences = isChange ? differencesOf([[step]], goal, observed) : [];
      return [
        stepWords(step, providerName, nameOf),
        ...differences.flatMap(({ setting, wanted, found }) => [
          printable(setting),
          styled('red', `- ${found}`),
          styled('green', `+ ${wanted}`),
        ]),
      ];
    }),
  );
  const later = change.unknown
    .filter((place) => place.startsWith('UserPoolClientIds.'))
    .map((place): Words => [`Cognito: enable ${providerName} on the app client of ${place}`]);
  const rotations = {
    rotate: 'Okta and Cognito: rotate the client secret, with no downtime',
    settle: 'Okta and Cognito: finish the interrupted rotation of the client secret',
  };
  return [
    ...steps,
    ...(later.length > 0 ? [later] : []),
    ...(steps.length + later.length > 0 ? [] : [only('Nothing is to change in Okta or Cognito')]),
    ...(rotation ? [only(rotations[rotation.do])] : []),
    ...(goal.properties.Verify === 'None' ? [] : [only('Probe the sign-in')]),
  ];
}

function namesIn({ groups, claims, policies }: Observed): NameOf {
  const named = [
    ...[...groups.values()].flat(),
    ...(claims === 'unavailable' || claims === undefined ? [] : claims),
    ...(policies === 'unavailable' || policies === undefined ? [] : policies),
  ];
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}

async function stagesOfRemoval(
  { stackId, stackName }: Stack,
  change: PlannedChange,
  journal: Journal,
  services: Services,
  time: Allotment,
  keptApplicationId?: string,
): Promise<Stages> {
  const { logicalResourceId, physicalResourceId } = change;
  const id = parsePhysicalId(physicalResourceId ?? '');
  if (!id || physicalResourceId === undefined) return [];
  const request: RequestOf<'Delete'> = {
    requestType: 'Delete',
    requestId: `preview ${randomUUID()}`,
    stackId,
    stackName,
    logicalResourceId,
    issuedAt: undefined,
    physicalResourceId,
    properties: propertiesBefore(change, journal),
  };
  const plan = await foreseeRemoval(request, journal, services, time, keptApplicationId);
  if (plan)
    return plan.map((stage) => stage.map((step) => [stepWords(step, id.providerName, (name) => name)]));
  const isHandedOver = journal.standing.some(
    ({ provider, handedTo }) => handedTo !== undefined && isSameProvider(provider, id),
  );
  if (isHandedOver) return [];
  return [
    only(`Cognito: disable ${id.providerName} on every app client of ${id.userPoolId} that lists it`),
    [
      [`Cognito: delete the identity provider ${id.providerName}`],
      [
        `Okta: delete the application ${id.applicationId ?? ''}. One that was adopted goes back to how it was found, and one that was taken over goes back to its owner`,
      ],
    ],
  ];
}

function numbered(stages: Stages): string[] {
  return stages.flatMap((stage, index) =>
    stage.flatMap(([step, ...changes]) => [
      printable(`  ${index + 1}. ${step}`),
      ...changes.map((line) => `     ${line}`),
    ]),
  );
}

function problemLine(problem: string): string {
  return styled('red', `  ✗ ${problem}`);
}
