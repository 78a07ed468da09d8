import { type Behavior, defaultBehavior } from './behavior.ts';
import type { ClientSettings } from './client-settings.ts';

export interface SchemaAttribute {
  readonly Name: string;
  readonly AttributeDataType: 'String' | 'Number' | 'Boolean' | 'DateTime';
  readonly DeveloperOnlyAttribute: boolean;
  readonly Mutable: boolean;
  readonly Required: boolean;
  /** AWS writes lengths and values as strings. */
  readonly StringAttributeConstraints?: { readonly MinLength?: string; readonly MaxLength?: string };
  readonly NumberAttributeConstraints?: { readonly MinValue?: string; readonly MaxValue?: string };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DomainDescriptionType.html */
export type DomainStatus = 'CREATING' | 'DELETING' | 'UPDATING' | 'ACTIVE' | 'FAILED';

export interface Domain {
  readonly name: string;
  readonly custom: boolean;
  status: DomainStatus;
}

export interface UserPool {
  readonly id: string;
  readonly region: string;
  readonly created: number;
  readonly attributes: readonly SchemaAttribute[];
  readonly domains: Domain[];
  /** As an administrator sets them. */
  tags?: Readonly<Record<string, string>>;
}

export interface AppClient {
  readonly id: string;
  readonly userPoolId: string;
  readonly secret: string | undefined;
  readonly created: number;
  modified: number;
  settings: ClientSettings;
  /** While an update of it runs, a second one gets ConcurrentModificationException. */
  updating: boolean;
}

export interface IdentityProvider {
  readonly UserPoolId: string;
  readonly ProviderName: string;
  readonly ProviderType: string;
  readonly ProviderDetails: Readonly<Record<string, string>>;
  readonly AttributeMapping: Readonly<Record<string, string>>;
  readonly IdpIdentifiers: readonly string[];
  readonly CreationDate: number;
  readonly LastModifiedDate: number;
}

/** What the fake Cognito holds. A test arranges it and looks at it directly; the product only through the API. */
export interface CognitoState {
  readonly pools: Map<string, UserPool>;
  /** By app client ID. */
  readonly clients: Map<string, AppClient>;
  /** By `<user pool ID>|<provider name>`. */
  readonly providers: Map<string, IdentityProvider>;
  /** What each provider's issuer stated when the provider was last set. */
  readonly discovered: Map<string, Readonly<Record<string, string>>>;
  /** Providers that an update is changing at this moment: a second change is refused. */
  readonly changing: Set<string>;
  readonly behavior: Behavior;
}

export const emptyState = (): CognitoState => ({
  pools: new Map(),
  clients: new Map(),
  providers: new Map(),
  discovered: new Map(),
  changing: new Set(),
  behavior: defaultBehavior(),
});

export const providerKey = (userPoolId: string, providerName: string) => `${userPoolId}|${providerName}`;

/** The providers of a pool. */
export function providersOf(state: CognitoState, userPoolId: string): IdentityProvider[] {
  return [...state.providers.values()].filter((provider) => provider.UserPoolId === userPoolId);
}
