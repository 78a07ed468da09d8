import { formatPhysicalId } from '../cloudformation/physical-id.ts';
import { clientIdOf } from '../okta/applications.ts';
import { allOf, eager } from './all-of.ts';
import { removeTwins } from './apply/application.ts';
import { apply } from './apply/apply.ts';
import { applicationOf, type Site, type Workpiece } from './apply/site.ts';
import { audit } from './audit.ts';
import type { Journal } from './journal/journal.ts';
import type { FederationRecord } from './journal/records.ts';
import { retainedBefore } from './journal/retained.ts';
import { clientsToKeep, look, type Sight } from './look.ts';
import { attributesOf } from './made.ts';
import type { Observed } from './observe/observed.ts';
import { waitForDomains, waitingForDomain } from './observe/wait-for-domains.ts';
import { offerFor } from './offer.ts';
import type { Made, Order, Progress } from './order.ts';
import { nativeProvider } from './ownership/native-provider.ts';
import { handOver, requireNotHanded } from './ownership/takeover.ts';
import { retainedElsewhere } from './plan/adoption.ts';
import { type Goal, goalOf } from './plan/goal.ts';
import { nextRecords } from './plan/next-record.ts';
import { consentProblems, forbiddenAsWritten, forbiddenBy, type Permissions } from './plan/permissions.ts';
import { planFederation } from './plan/plan.ts';
import { rotationNeed } from './plan/rotation-plan.ts';
import { settle, without } from './plan/settings.ts';
import { asPutBack, enable, type Plan } from './plan/steps.ts';
import { unsureWrites } from './plan/write-attributes.ts';
import { labelOf } from './properties/identity.ts';
import { InvalidRequestError, type Properties } from './properties/properties.ts';
import { proveSignIn } from './prove.ts';
import { isKnown, takenFromOf, withApplication } from './recorded.ts';
import type { Turn } from './turn.ts';

/**
 * Creates a federation, or changes an existing one to match the template, in four steps:
 *
 *     look ──▶ goal: what is asked for, or what is wrong ──▶ carry out: record, then apply the plan ──▶ prove the sign-in
 *     look.ts  plan/goal.ts, plan/plan.ts                     apply/apply.ts                            prove.ts
 *
 * @param progress says how far it came.
 * @throws InvalidRequestError if a precondition does not hold, and nothing was made; everything that a call throws.
 */
export async function make(turn: Turn, order: Order, progress: Progress): Promise<Made> {
  const { services, ledger } = turn;
  const { properties, past } = order;
  requireNotHanded(past);
  const begun = ledger.begin();
  const permissions = await permissionsFor(turn, order);
  const { sight, goal } = await lookUntilUp(turn, order, permissions, progress);
  const { identity, known, observed, takeover } = sight;
  for (const note of unsureWrites(observed.appClients, goal.settings.attributeMapping)) services.log(note);
  const planned = planFederation(goal, observed);
  const plan = order.isTolerant ? asPutBack(planned) : planned;
  services.log('Planned.', { steps: plan.map((stage) => stage.map((step) => step.do)) });
  // A rollback makes no new secret: the one in use works, and counts as what the template names.
  const wantedVersion = order.isTolerant ? undefined : properties.SecretVersion;
  const need = rotationNeed(known.secret, observed.application && wantedVersion);
  await allOf([begun, turn.confirmed]);
  progress.began = plan.length > 0 || need !== undefined || takeover !== undefined;

  const records = nextRecords(goal, observed);
  const workpiece = workpieceOf(observed);
  const takenFrom = takenFromOf(takeover, past, observed);
  const recordOf = (state: FederationRecord): FederationRecord =>
    withApplication({ ...state, ...takenFrom }, workpiece.application, observed.application === undefined);
  const before = { ...records.during, ...takenFrom };
  const site = await carryOut(
    turn,
    order,
    { sight, goal, plan, before, workpiece, withNew: () => recordOf(records.during) },
    progress,
  );

  const application = applicationOf(workpiece);
  const appClients = sight.listing ? stillListing(await sight.listing, plan) : observed.appClients;
  const seen = { ...observed, appClients };
  const record = (secret: FederationRecord['secret']) =>
    ledger.record({ ...recordOf(records.during), secret });
  const work = { goal, observed: seen, plan, site, workpiece, need, secret: records.after.secret, record };
  const secret = await proveSignIn(turn, order, work, progress);
  await removeTwins(site, workpiece, applicationsOf(ledger.journal));
  return {
    physicalResourceId: formatPhysicalId({ ...identity, applicationId: application.id }),
    attributes: attributesOf(seen, application, goal.issuer.url, identity),
    federation: {
      ...recordOf(records.after),
      secret: order.isTolerant ? { ...secret, ...versionOf(properties) } : secret,
    },
  };
}

function versionOf({ SecretVersion: version }: Properties): { readonly version?: string } {
  return version === undefined ? {} : { version };
}

/**
 * Checks the part of the operator's policy that needs no look: a forbidden secret, role or issuer is refused before anything
 * is read, so that the refusal reveals nothing.
 * @returns `undefined` for a rollback, which goes back to what was allowed.
 * @throws InvalidRequestError, PolicyError
 */
async function permissionsFor(
  { request, services, deadline }: Turn,
  { properties, isTolerant }: Order,
): Promise<Permissions | undefined> {
  if (isTolerant) return undefined;
  const { adoption, oktaSecretId } = services;
  // It was begun with the lease, and is there by now.
  const policy = await services.policy(deadline.work.signal);
  const permissions = { request, adoption, policy, oktaSecretId };
  const forbidden = forbiddenAsWritten(permissions, properties);
  if (forbidden !== undefined) throw new InvalidRequestError(forbidden);
  return permissions;
}

/** Looks and checks, again if it had to wait for a domain: others may have changed anything in those minutes. */
async function lookUntilUp(
  turn: Turn,
  order: Order,
  permissions: Permissions | undefined,
  progress: Progress,
): Promise<{ readonly sight: Sight; readonly goal: Goal }> {
  for (;;) {
    const sight = await look(turn, order);
    progress.doing = 'checking what the template asks for';
    const goal = await goalFrom(turn, order, sight, permissions);
    const hasWaited = await waitForDomains(sight.connections.cognito, sight.observed, (domain) => {
      progress.doing = waitingForDomain(domain);
    });
    if (!hasWaited) return { sight, goal };
  }
}

/**
 * What is asked for, checked against what there is and against what the operator, Okta's administrators and the stack allow.
 * @throws InvalidRequestError
 */
async function goalFrom(
  turn: Turn,
  order: Order,
  sight: Sight,
  permissions: Permissions | undefined,
): Promise<Goal> {
  const { request, services } = turn;
  const { properties, past } = order;
  const { identity, connections, known, observed } = sight;
  const settings = settle(properties, known, labelOf(request, properties), observed);
  const asked = { identity, properties, known, settings };
  const forbidden = permissions && forbiddenBy(permissions, asked, observed);
  // Reported alone: other problems would reveal objects that the stack may not see.
  if (forbidden !== undefined) throw new InvalidRequestError(forbidden);
  if (!permissions) return goalOf(asked, observed, past, { warn: services.warn });
  const isForeign = observed.provider?.relation === "another's" && !properties.Adopt;
  const offer = isForeign ? await offerFor(turn, identity, observed, await connections.okta) : undefined;
  const retained = retainedBefore(turn.ledger.journal, request, past);
  const refusals = [
    ...retainedElsewhere(identity, properties, retained, observed.provider),
    ...consentProblems(permissions, asked, observed),
    ...(observed.provider && (await sight.isNative) ? [nativeProvider(identity)] : []),
  ];
  return goalOf(asked, observed, past, { refusals, offer });
}

function applicationsOf({ standing, open }: Journal): Set<string> {
  const records = [...standing, ...open.flatMap(({ federation }) => federation ?? [])];
  return new Set(records.flatMap(({ application }) => application.id ?? []));
}

interface Intent {
  readonly sight: Sight;
  readonly goal: Goal;
  readonly plan: Plan;
  readonly workpiece: Workpiece;
  /** What the journal has to say before the first step. */
  readonly before: FederationRecord;
  /** The same with the application that a step has made. */
  readonly withNew: () => FederationRecord;
}

/** Records what is about to be added, and applies the plan. @returns what the steps acted on. */
async function carryOut(turn: Turn, order: Order, intent: Intent, progress: Progress): Promise<Site> {
  const { ledger } = turn;
  const { properties } = order;
  const { goal, plan, before, workpiece } = intent;
  const { identity, connections, known, observed, takeover, dropped } = intent.sight;
  const isRecorded = !takeover && isKnown(before, known, observed.application?.record);
  const recorded = isRecorded ? Promise.resolve() : ledger.record(before);
  if (properties.Adopt) audit(turn, { goal, observed, takeover });
  if (takeover) {
    await recorded;
    await handOver(turn, identity, takeover, properties.Adopt?.ApplicationId ?? '');
  }
  let naming: Promise<void> | undefined;
  const named = async () => {
    if (observed.application || !workpiece.application) return;
    naming ??= ledger.record(intent.withNew());
    await naming;
  };
  const site: Site = {
    ...connections,
    identity,
    okta: await connections.okta,
    recorded,
    ...(known.provider ? { named } : {}),
    onStep: (step) => {
      progress.doing = `taking the step ${step.do}`;
    },
  };
  try {
    await apply(plan, site, workpiece);
    // CloudFormation may have changed an app client by now: one that names the provider gets it again.
    const disabled = without(dropped, observed.keptClientIds);
    const namedAgain = await clientsToKeep(turn, order, identity, disabled, []);
    await apply([namedAgain.map(enable)], site, workpiece);
  } finally {
    // From here on, its ID finds it even if a later step fails.
    eager(named());
  }
  return site;
}

/** They were listed before the plan, which may have disabled the provider on some of them. */
function stillListing(appClients: Observed['appClients'], plan: Plan): Observed['appClients'] {
  const steps = plan.flat();
  const isDisabled = (id: string) =>
    steps.some((step) => step.do === 'disableOnAppClient' && step.userPoolClientId === id);
  return new Map([...appClients].filter(([id]) => !isDisabled(id)));
}

function workpieceOf({ application, provider }: Observed): Workpiece {
  const document = application?.document;
  const isItsProvider = document !== undefined && provider?.clientId === clientIdOf(document);
  return { application: document, clientSecret: isItsProvider ? provider?.clientSecret : undefined };
}
