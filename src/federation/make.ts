import { formatPhysicalId } from '../cloudformation/physical-id.ts';
import { describeIdentityProvider } from '../cognito/identity-providers.ts';
import { clientIdOf } from '../okta/applications.ts';
import type { Secret } from '../secret.ts';
import { allOf } from './all-of.ts';
import { apply } from './apply/apply.ts';
import {
  type RotationOrder,
  repairSecret,
  requireTimeToRotate,
  rotate,
  settleRotation,
} from './apply/rotate.ts';
import { applicationOf, clientSecretOf, type Site, type Workpiece } from './apply/site.ts';
import { audit } from './audit.ts';
import { connect } from './connections.ts';
import { type KnownProvider, knownAt, type Past } from './journal/past.ts';
import type { FederationRecord, SecretRecord } from './journal/records.ts';
import { attributesOf, probeSignIn } from './made.ts';
import { domainsUp, waitingForDomain } from './observe/domains-up.ts';
import { listingClients } from './observe/listing-clients.ts';
import { observe } from './observe/observe.ts';
import type { Observed } from './observe/observed.ts';
import { replacedDomains, withoutDomains } from './observe/replaced-domains.ts';
import { evidenceOf } from './observe/stack-evidence.ts';
import { offerFor } from './offer.ts';
import { isNativeProvider, nativeProvider } from './ownership/native-provider.ts';
import { findClaim, handOver, requireNotHanded } from './ownership/takeover.ts';
import { keptClients } from './plan/dropped-clients.ts';
import { goalOf } from './plan/goal.ts';
import { nextRecords } from './plan/next-record.ts';
import { permissionProblems } from './plan/permissions.ts';
import { planFederation } from './plan/plan.ts';
import { rotationNeed } from './plan/rotation-plan.ts';
import { settle, without } from './plan/settings.ts';
import { enable, type Plan } from './plan/steps.ts';
import { unsureWrites } from './plan/write-attributes.ts';
import { identityOf, labelOf } from './properties/identity.ts';
import type { Properties } from './properties/properties.ts';
import { isKnown, takenFromOf, withApplication } from './recorded.ts';
import type { Turn } from './turn.ts';
import { SignInProbeError } from './verify/verify.ts';

/** What is to be made, and what was before. */
export interface Order {
  readonly properties: Properties;
  readonly past: Past;
  /** The application that the physical ID names, if it is of this pool and provider. */
  readonly applicationId: string | undefined;
  /** A rollback to what was whole: only what has to be undone can fail it, and what has disappeared since is logged. */
  readonly isTolerant: boolean;
}

/** How far an order has come; what is in it stays true if the order fails. */
export interface Progress {
  /** For the person who deployed, if the time runs out. */
  doing: string;
  /** Whether anything may have changed. */
  began: boolean;
}

export function noProgress(): Progress {
  return { doing: 'looking at what is there', began: false };
}

/** A federation that is whole. */
export interface Made {
  readonly physicalResourceId: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly federation: FederationRecord;
}

/**
 * Makes a federation, or makes one that is there what the template asks for, in four steps: observe, plan, apply, verify.
 * @param progress says how far it came.
 * @throws InvalidRequestError if a precondition does not hold, and nothing was made; everything that a call throws.
 */
export async function make(turn: Turn, order: Order, progress: Progress): Promise<Made> {
  const { request, deadline, services, ledger } = turn;
  const { properties, past, applicationId } = order;
  const identity = identityOf(request, properties);
  requireNotHanded(past);
  let known = knownAt(past, identity);
  const target = {
    userPoolId: identity.userPoolId,
    secretId: properties.OktaSecretId,
    roleArn: properties.RoleArn,
  };
  const connections = connect(services, request, target, deadline.work);
  const begun = ledger.begin();
  // A rollback goes back to what was allowed.
  const policy = order.isTolerant ? undefined : services.policy(deadline.work.signal);
  const sought = { identity, properties, known, past, applicationId, stackName: request.stackName };
  const isNative = adoptsProvider(order, known) ? isNativeProvider(turn, identity) : undefined;
  isNative?.catch(() => undefined);
  // A provider that does not exist yet is on no app client. Otherwise this runs in parallel to everything else.
  const mayBeListed =
    properties.UserPoolClientIds.length === 0 &&
    (past.standing !== undefined || properties.Adopt !== undefined);
  const listing = mayBeListed ? listingClients(connections, identity) : undefined;
  // Avoids an unhandledRejection if something fails before it is awaited.
  listing?.catch(() => undefined);
  const dropped = without(known.provider?.userPoolClientIds, properties.UserPoolClientIds);
  const kept = async () =>
    keptClients(
      dropped,
      identity.providerName,
      dropped.length > 0 ? await evidenceOf(turn, dropped, order.isTolerant) : undefined,
    );
  const [first, keptClientIds, replaced] = await allOf([
    observe(connections, sought),
    kept(),
    replacedDomains(turn, properties, known),
  ]);
  let observed: Observed = first;
  const found = order.isTolerant ? undefined : await findClaim(turn, identity, properties, past, observed);
  const claim = found === 'ownerless' ? undefined : found?.claim;
  if (found === 'ownerless') observed = asUnmarked(observed);
  if (claim?.inherited) {
    const { standing, open } = claim.inherited;
    known = knownAt({ ...past, others: [...past.others, standing], open: [...past.open, ...open] }, identity);
    observed = await observe(connections, { ...sought, known });
  }
  observed = withoutDomains({ ...observed, keptClientIds }, replaced);
  progress.doing = 'checking what the template asks for';
  const settings = settle(properties, known, labelOf(request, properties), observed);
  const warn = order.isTolerant ? services.warn : undefined;
  const asked = { identity, properties, known, settings };
  const permissions = { request, adoption: services.adoption, policy: await policy };
  const refusals = order.isTolerant
    ? []
    : [
        ...permissionProblems(permissions, asked, observed),
        ...(observed.provider && (await isNative) ? [nativeProvider(identity)] : []),
      ];
  const isForeign = observed.provider?.relation === "another's" && !properties.Adopt;
  const offer = isForeign ? await offerFor(turn, identity, observed, await connections.okta) : undefined;
  const goal = goalOf(asked, observed, past, { refusals, offer, warn });
  for (const note of unsureWrites(observed.appClients, settings.attributeMapping)) services.log(note);
  await domainsUp(connections.cognito, observed, (domain) => {
    progress.doing = waitingForDomain(domain);
  });

  const plan = planFederation(goal, observed);
  services.log('Planned.', { steps: plan.map((stage) => stage.map((step) => step.do)) });
  const { during, after } = nextRecords(goal, observed);
  const need = rotationNeed(known.secret, observed.application && properties.SecretVersion);
  await allOf([begun, turn.confirmed]);
  progress.began = plan.length > 0 || need !== undefined || claim !== undefined;
  let secret: SecretRecord = after.secret;
  const workpiece = workpieceOf(observed);
  const recordOf = (state: FederationRecord): FederationRecord =>
    withApplication({ ...state, ...takenFrom }, workpiece.application, observed.application === undefined);
  const takenFrom = takenFromOf(claim, past, observed);
  const isRecorded = !claim && isKnown(during, known, observed.application?.record);
  const recorded = isRecorded ? Promise.resolve() : ledger.record({ ...during, ...takenFrom });
  // Avoids an unhandledRejection before the first await; the steps still see the error.
  recorded.catch(() => undefined);
  if (properties.Adopt) audit(turn, { goal, observed, claim });
  if (claim) {
    await recorded;
    await handOver(turn, identity, claim, properties.Adopt?.ApplicationId ?? '');
  }
  let naming: Promise<void> | undefined;
  const named = async () => {
    if (observed.application || !workpiece.application) return;
    naming ??= ledger.record(recordOf(during));
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
    const removed = without(dropped, keptClientIds);
    if (removed.length > 0) {
      const named = keptClients(
        removed,
        identity.providerName,
        await evidenceOf(turn, removed, order.isTolerant),
      );
      await apply([named.map(enable)], site, workpiece);
    }
  } finally {
    // From here on, its ID finds it even if a later step fails.
    named().catch(() => undefined);
  }

  progress.doing = 'probing the sign-in';
  const application = applicationOf(workpiece);
  const seen = listing ? { ...observed, appClients: stillListing(await listing, plan) } : observed;
  // What a step has just set, Cognito discovers again.
  const isSet = plan.some((stage) => stage.some((step) => step.do.endsWith('IdentityProvider')));
  const provider = isSet ? undefined : observed.provider;
  const client = { clientId: clientIdOf(application), scopes: settings.scopes, provider };
  const probe = (clientSecret: Secret) =>
    probeSignIn(goal, seen, { ...client, clientSecret }, deadline.work.signal);
  const rotation = async (): Promise<RotationOrder> => ({
    site,
    cleanUpSite: async () => {
      const within = connect(services, request, target, deadline.cleanUp);
      return { ...site, ...within, okta: await within.okta };
    },
    applicationId: application.id,
    secret,
    record: (next) => {
      secret = next;
      return ledger.record({ ...recordOf(during), secret });
    },
    provider: await requiredProvider(site),
    probe,
    patienceMs: Number.POSITIVE_INFINITY,
    warn: services.warn,
  });
  if (observed.provider?.relation === "another's") {
    services.log('Another resource has the provider; the sign-in through it is not looked at.');
  } else if (need?.do === 'rotate') {
    progress.doing = 'rotating the client secret';
    requireTimeToRotate(secret, deadline.work.endsAt - Date.now());
    const rotated = await rotate(await rotation(), need.secretVersion);
    if ('secret' in rotated) secret = rotated.secret;
  } else if (need) {
    const settled = await settleRotation(await rotation());
    await probe(settled.clientSecret);
    secret = settled.secret;
  } else {
    try {
      await probe(await clientSecretOf(site.okta, workpiece));
    } catch (error) {
      if (!(error instanceof SignInProbeError)) throw error;
      // Someone may have changed the client secret in Okta.
      const repaired = await repairSecret(site, application, workpiece.clientSecret).catch(() => undefined);
      if (repaired) await probe(repaired);
      else if (order.isTolerant) services.warn('The sign-in does not work, as before the attempt.', error);
      else throw error;
    }
  }
  return {
    physicalResourceId: formatPhysicalId({ ...identity, applicationId: application.id }),
    attributes: attributesOf(seen, application, goal.issuer.url, identity),
    federation: { ...recordOf(after), secret },
  };
}

/** An adoption of a provider that is there, and that this resource does not have yet. */
function adoptsProvider({ properties, isTolerant }: Order, known: KnownProvider): boolean {
  return properties.Adopt !== undefined && !isTolerant && !known.provider;
}

function asUnmarked(observed: Observed): Observed {
  const { application } = observed;
  return application ? { ...observed, application: { ...application, relation: 'unmarked' } } : observed;
}

/** They were listed before the plan, which may have disabled the provider on some of them. */
function stillListing(appClients: Observed['appClients'], plan: Plan): Observed['appClients'] {
  const steps = plan.flat();
  const isDisabled = (id: string) =>
    steps.some((step) => step.do === 'disableOnAppClient' && step.userPoolClientId === id);
  return new Map([...appClients].filter(([id]) => !isDisabled(id)));
}

function workpieceOf({ application, provider }: Awaited<ReturnType<typeof observe>>): Workpiece {
  const document = application?.document;
  const isItsProvider = document !== undefined && provider?.clientId === clientIdOf(document);
  return { application: document, clientSecret: isItsProvider ? provider?.clientSecret : undefined };
}

async function requiredProvider({ cognito, identity }: Site) {
  const provider = await describeIdentityProvider(cognito, identity.userPoolId, identity.providerName);
  if (!provider)
    throw new Error(
      `The provider ${identity.providerName} was deleted during the deployment. Deploy again to create it.`,
    );
  return provider;
}
