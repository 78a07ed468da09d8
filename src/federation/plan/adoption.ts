import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import type { Standing } from '../journal/records.ts';
import type { Observed } from '../observe/observed.ts';
import { type NameTag, nameTagOf } from '../ownership/name-tag.ts';
import type { Identity } from '../properties/identity.ts';
import { InvalidRequestError, type Properties } from '../properties/properties.ts';
import { isSameResource } from '../resource-name.ts';
import { adoptableKindProblem } from './adoptable.ts';
import { otherAuthentication, wantsProof } from './application-checks.ts';

/** Why the application of `Adopt` cannot be this resource's. */
export function adoptionProblems(identity: Identity, properties: Properties, observed: Observed): string[] {
  if (!properties.Adopt) return [];
  const { application } = observed;
  const { ApplicationId: id } = properties.Adopt;
  if (!application) {
    return [
      `Adopt.ApplicationId: Okta has no application ${id}. Check the ID, and the org of the Okta secret.`,
    ];
  }
  const { document, relation } = application;
  const kind = adoptableKindProblem(document);
  const problems = kind === undefined ? [] : [kind];
  const method = otherAuthentication(document);
  if (method !== undefined) {
    problems.push(
      `Adopt.ApplicationId: the Okta application ${id} uses ${method}; Cognito supports only client-secret authentication. Set Client authentication on its General page in Okta to Client secret.`,
    );
  }
  if (wantsProof(document)) {
    problems.push(
      `Adopt.ApplicationId: the Okta application ${id} requires DPoP, which Cognito does not support. Turn off "Require Demonstrating Proof of Possession" on its General page in Okta.`,
    );
  }
  const tag = nameTagOf(document);
  if (relation === "another's" && tag) problems.push(belongsTo(id, tag, identity));
  return problems;
}

/** The application has a name tag that is not of this very federation. */
export function belongsTo(id: string, tag: NameTag, identity: Identity): string {
  return isSameResource(tag, identity)
    ? `Adopt.ApplicationId: this resource already uses the Okta application ${id} for the identity provider ${tag.providerName} of user pool ${tag.userPoolId}, and an application serves one provider only. Remove the resource from the template first, deploy, then add it again.`
    : `Adopt.ApplicationId: the Okta application ${id} belongs to the resource ${tag.logicalResourceId} of the stack ${tag.stackId}. Remove that resource first, or set Adopt.ApplicationId to another application.`;
}

/**
 * A provider of a federation that was retained keeps its application when the template names the resource again: if another one
 * took its place and the deployment failed, all sign-ins through it would fail.
 * @param retained the federation that stands at the place, unless it is the one of the event.
 * @returns what is wrong in a list, which may be empty.
 */
export function retainedElsewhere(
  { userPoolId, providerName }: Identity,
  { OktaSecretId, Adopt }: Properties,
  retained: Standing | undefined,
  provider: Pick<IdentityProvider, 'clientId'> | undefined,
): string[] {
  if (!retained || retained.handedTo) return [];
  const { application } = retained;
  const isInUse = application.id !== undefined && provider?.clientId === retained.provider.clientId;
  const isSame = application.secretId === OktaSecretId && (!Adopt || Adopt.ApplicationId === application.id);
  return !isInUse || isSame
    ? []
    : [
        `ProviderName: the identity provider ${providerName} of user pool ${userPoolId} was retained with the Okta application ${application.id}. Deploy with the OktaSecretId and Adopt of before, then change them; or choose another ProviderName, or delete that provider first.`,
      ];
}

/**
 * The provider of that name is another's.
 * @param offer what to do besides using another name, as whole sentences.
 */
export function foreignProvider(
  { userPoolId, providerName }: Identity,
  provider: Pick<IdentityProvider, 'clientId'>,
  adopts: Properties['Adopt'],
  {
    offer = 'Choose another ProviderName.',
    cause,
  }: { readonly offer?: string; readonly cause?: unknown } = {},
): InvalidRequestError {
  const has = `ProviderName: user pool ${userPoolId} already has an identity provider ${providerName} that this resource did not make`;
  return new InvalidRequestError(
    adopts
      ? `${has}, and its client is ${provider.clientId}, not the application ${adopts.ApplicationId} of Adopt. Set Adopt.ApplicationId to the application with that client ID, or choose another ProviderName.`
      : `${has}. ${offer}`,
    { cause },
  );
}
