import type { Properties } from '../properties/properties.ts';

/** The properties that a policy has a say in. */
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
] as const;

/** What a policy looks at of a template's properties. */
export type GovernedProperties = Pick<Properties, Extract<(typeof governed)[number], keyof Properties>> & {
  readonly Claims?: Readonly<Record<string, string>> | undefined;
  readonly AuthenticationPolicy?: string | undefined;
};

/** An Okta object that a template may name by name or ID. */
interface Named {
  readonly id: string;
  readonly name: string;
}

/** A federation that a stack asks for, as the policy sees it. */
export interface Subject {
  readonly stackName: string;
  /** The account of the stack, 12 digits. */
  readonly accountId: string;
  /** The region of the stack. */
  readonly region: string;
  readonly properties: GovernedProperties;
  /** The tags of the user pool; `{}` if they are not known, so that no tag allows it. */
  readonly poolTags: Readonly<Record<string, string>>;
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
