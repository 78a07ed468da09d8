import type { Deadline } from '../cloudformation/deadline.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import { describeIdentityProvider, type IdentityProvider } from '../cognito/identity-providers.ts';
import { type Application, clientIdOf, getApplication } from '../okta/applications.ts';
import type { Okta } from '../okta/client.ts';
import type { Secret } from '../secret.ts';
import { applicationOf, apply, clientSecretOf, type Site, type Workpiece } from './apply/apply.ts';
import { type RotationOrder, rotate, settleRotation } from './apply/rotate.ts';
import { isMarkedFor } from './marker/marker.ts';
import type { Metadata } from './observe/discovery.ts';
import { type Observed, observe } from './observe/observe.ts';
import type { Sources } from './observe/whereabouts.ts';
import { foreignProvider, isForeignProvider } from './plan/adoption.ts';
import { planFederation } from './plan/plan.ts';
import { problemsOf } from './plan/preconditions.ts';
import { rotationNeed } from './plan/rotation-plan.ts';
import { type Settings, settle } from './plan/settings.ts';
import { type Identity, identityOf, labelOf } from './properties/identity.ts';
import { InvalidRequestError, type Properties } from './properties/properties.ts';
import { appClientsOf, domainsOf, success } from './success.ts';
import { connect, type Surroundings } from './surroundings.ts';
import { probesOf, verify } from './verify/verify.ts';

/** What is to be made, and of what. */
export interface Order {
  readonly request: CustomResourceRequest;
  readonly properties: Properties;
  /** Of an update: the properties before it, if they were valid. */
  readonly previous: Properties | undefined;
  /** The properties that were last fulfilled, if it is known. Those of a failed attempt are between them and a rollback. */
  readonly inForce: Properties | undefined;
  /** The application that the physical ID names, if it is of this pool and provider. */
  readonly applicationId: string | undefined;
  /** The labels that earlier templates gave the application. */
  readonly earlierLabels: readonly string[];
  /** Others that the resource had; a provider that still names one which somebody deleted is its own. */
  readonly lostApplicationIds: readonly string[];
}

/** How far an order has come; what is in it stays true where the order fails. */
export interface Progress {
  /** For the person who deployed, where the time runs out. */
  doing: string;
  /** Whether there may be something of this federation. */
  begun: boolean;
  /** Whether the application was there before. */
  foundApplication: boolean;
  /** Whether it was this resource's already. */
  wasMarked: boolean;
  applicationId: string | undefined;
}

export function noProgress(): Progress {
  return {
    doing: 'looking at what is there',
    begun: false,
    foundApplication: false,
    wasMarked: false,
    applicationId: undefined,
  };
}

/**
 * Makes a federation, or makes one that is there what the template asks for, in four steps: observe, plan, apply, verify.
 * @param progress is told how far it came.
 * @returns the answer for CloudFormation.
 * @throws InvalidRequestError where a precondition does not hold, and nothing was made; whatever a call throws.
 */
export async function make(
  order: Order,
  deadline: Deadline,
  surroundings: Surroundings,
  progress: Progress,
): Promise<Answer> {
  const { request, properties, applicationId } = order;
  const identity = identityOf(request, properties);
  const sources = connect(surroundings, request, properties, deadline.work);
  const { previous } = order;
  const movesOrg = previous !== undefined && previous.OktaSecretId !== properties.OktaSecretId;
  const formerOkta = movesOrg ? connect(surroundings, request, previous, deadline.work).okta : undefined;

  const label = labelOf(request, properties);
  const sought = {
    applicationId: properties.Adopt?.ApplicationId ?? applicationId,
    formerApplicationId: properties.Adopt ? applicationId : previous?.Adopt?.ApplicationId,
    label,
    earlierLabels: order.earlierLabels,
  };
  const observed = await observe({ ...sources, formerOkta }, identity, properties, sought, (domain) => {
    progress.doing = `waiting for the domain ${domain} of the user pool to come up`;
  });
  progress.doing = 'making ready';
  progress.foundApplication = observed.application !== undefined;
  // One to adopt is not begun until it is touched.
  progress.begun = progress.foundApplication && !properties.Adopt;
  progress.applicationId = observed.application?.id;
  progress.wasMarked = observed.application !== undefined && isMarkedFor(observed.application, identity);

  const earlier = [previous, order.inForce].filter((one) => one !== undefined);
  const settings = settle(properties, earlier, label, observed);
  const goal = await goalOf(order, settings, observed, sources);
  const plan = planFederation(goal, observed);
  surroundings.log('Planned.', { steps: plan.map((stage) => stage.map((step) => step.do)) });
  progress.begun = true;
  const siteOf = async ({ okta, cognito }: Sources): Promise<Site> => ({
    identity,
    okta: await okta,
    cognito,
    leases: surroundings.leases,
    onStep: (step) => {
      progress.doing = `taking the step ${step.do}`;
    },
  });
  const site = await siteOf(sources);
  const workpiece = workpieceOf(observed);
  try {
    await apply(plan, site, workpiece);
  } finally {
    progress.applicationId = workpiece.application?.id;
  }

  progress.doing = 'probing the sign-in';
  const application = applicationOf(workpiece);
  const { issuer } = goal;
  const probe = async (clientSecret: Secret) => {
    if (!issuer.metadata) return;
    const path = signInPath(observed, application, issuer.metadata, settings.scopes, identity, clientSecret);
    await verify(probesOf(path), deadline.work.signal);
  };
  const need = rotationNeed(application, properties.SecretVersion);
  if (!need) {
    await probe(await clientSecretOf(site.okta, workpiece));
    return success(identity, application, issuer.url, observed);
  }
  progress.doing = 'rotating the client secret';
  const rotation: RotationOrder = {
    site,
    cleanUpSite: () => siteOf(connect(surroundings, request, properties, deadline.cleanUp)),
    applicationId: application.id,
    provider: await providerOf(site),
    probe,
    warn: surroundings.warn,
  };
  if (need.do === 'rotate') await rotate(rotation, need.secretVersion);
  else await probe(await settleRotation(rotation));
  return success(identity, application, issuer.url, observed);
}

/**
 * Holds what was observed against the preconditions, and says what to plan for.
 * @throws InvalidRequestError where one does not hold.
 */
async function goalOf(order: Order, settings: Settings, observed: Observed, sources: Sources) {
  const { request, properties, previous } = order;
  const identity = identityOf(request, properties);
  const problems = problemsOf(identity, properties, settings, observed);
  if (problems.length > 0) throw new InvalidRequestError(problems.join(' '));
  const { issuer, provider } = observed;
  if ('problem' in issuer) throw new InvalidRequestError(issuer.problem);
  const isForeign = provider && isForeignProvider(observed, order.applicationId);
  const isLost = isForeign && (await isOfLostApplication(provider, order, await sources.okta));
  if (isForeign && !isLost) throw foreignProvider(identity, provider, properties);
  const inForce = isLost ? properties : order.inForce;
  return { identity, properties, previous, inForce, settings, issuer };
}

/**
 * Says whether the provider is what is left of a federation of this resource whose application somebody deleted. Only the
 * rollback of a replacement meets one: its physical ID is that of the federation that replaced it.
 */
async function isOfLostApplication(
  { clientId }: IdentityProvider,
  { lostApplicationIds }: Order,
  okta: Okta,
): Promise<boolean> {
  return lostApplicationIds.includes(clientId) && !(await getApplication(okta, clientId));
}

async function providerOf({ cognito, identity }: Site): Promise<IdentityProvider> {
  const provider = await describeIdentityProvider(cognito, identity.userPoolId, identity.providerName);
  if (!provider) throw new Error(`The provider ${identity.providerName} went away while it was worked on.`);
  return provider;
}

function workpieceOf({ application, provider }: Observed): Workpiece {
  const clientSecret =
    application && provider?.clientId === clientIdOf(application) ? provider.clientSecret : undefined;
  return { application, clientSecret };
}

function signInPath(
  observed: Observed,
  application: Application,
  issuer: Metadata,
  scopes: readonly string[],
  { providerName }: Identity,
  clientSecret: Secret,
) {
  const { redirectUris } = observed;
  const domains = domainsOf(observed);
  const appClients = appClientsOf(observed);
  return {
    issuer,
    clientId: clientIdOf(application),
    clientSecret,
    scopes,
    redirectUris,
    domains,
    providerName,
    appClients,
  };
}
