import type { Properties } from '../properties/properties.ts';

/** The properties that a policy has a say in: it sees no others. */
export const governed = [
  'UserPoolId',
  'RoleArn',
  'OktaSecretId',
  'Access',
  'Issuer',
  'ApplicationLabel',
  'AttributeMapping',
  'Claims',
  'IdpIdentifiers',
  'InitiateLoginUri',
  'LogoUri',
  'PostLogoutRedirectUris',
  'AuthenticationPolicy',
  'Adopt',
] as const satisfies readonly (keyof Properties)[];

/** An Okta object that a template may name by name or ID. */
interface Named {
  readonly id: string;
  readonly name: string;
}

/** What a stack asks for, as its template writes it. */
export interface Written {
  readonly stackName: string;
  /** The account of the stack, 12 digits. */
  readonly accountId: string;
  readonly properties: Pick<Properties, (typeof governed)[number]>;
  /** The ARN of the provider stack's own Okta secret. */
  readonly ownSecretId: string;
}

/** A federation that a stack asks for, as the policy sees it. */
export interface Subject extends Written {
  /**
   * The tags of the user pool; `{}` if they are not known, so that no tag allows it. `undefined` if the deployment itself makes
   * the pool: then nothing can be said of it.
   */
  readonly poolTags: Readonly<Record<string, string>> | undefined;
  readonly settings: {
    /** As the provider will have it: what the template leaves open is a default, or stays as it was found. */
    readonly attributeMapping: Readonly<Record<string, string>>;
  };
  /** What names in the template stand for, as far as it is known; without it only the names themselves count. */
  readonly resolved?: {
    /** For each entry of `Access`, what Okta has. */
    readonly groups?: ReadonlyMap<string, readonly (Named & { readonly type: string })[]>;
    readonly authenticationPolicy?: Named;
    readonly issuerUrl?: string;
  };
}
