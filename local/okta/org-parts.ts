import type { AnyApplication, LifecycleStatus } from './any-application.ts';
import type { ApplicationDocument } from './management/application-document.ts';

export interface User {
  id: string;
  email: string;
  password: string;
  firstName: string;
  lastName: string;
  created: string;
  /** Profile attributes beside the four of every user, such as `department`. */
  attributes?: Readonly<Record<string, unknown>>;
  /** Active unless it says otherwise. */
  status?: 'PROVISIONED' | 'SUSPENDED' | 'DEPROVISIONED';
}

export interface Group {
  id: string;
  type: 'OKTA_GROUP' | 'BUILT_IN' | 'APP_GROUP';
  name: string;
  description: string | null;
  members: Set<string>;
  created: string;
  lastUpdated: string;
  lastMembershipUpdated: string;
}

export interface ClientSecret {
  id: string;
  value: string;
  status: LifecycleStatus;
  created: string;
  lastUpdated: string;
}

/** A claim of an application's tokens, by an expression of Okta's language. */
export interface FederatedClaim {
  id: string;
  name: string;
  expression: string;
  created: string;
  lastUpdated: string;
}

/** An OIDC application: what the Management API shows of it, and what it keeps beside that. */
export interface Application extends AnyApplication {
  clientId: string;
  document: ApplicationDocument;
  secrets: ClientSecret[];
  federatedClaims: FederatedClaim[];
  /** The groups claim, which only an unpublished operation sets. */
  idTokenSettings: Record<string, unknown>;
  /** Management API scopes granted to it; only service apps have any. */
  grantedScopes: Set<string>;
}

/** A rule of an authentication policy, as it was sent. */
export interface PolicyRule {
  id: string;
  name: string;
  priority: number;
  status: LifecycleStatus;
  system: boolean;
  conditions: unknown;
  actions: unknown;
  created: string;
  lastUpdated: string;
}

export interface Policy {
  id: string;
  type: string;
  name: string;
  /** Some of Okta's own policies have none. */
  description?: string;
  system: boolean;
  created: string;
  lastUpdated?: string;
  priority?: number;
  status?: LifecycleStatus;
  /** Whom and what it is about, as it was sent; an authentication policy has none. */
  conditions?: unknown;
  /** Of a password policy and others, as they were sent. */
  settings?: unknown;
  /** What it is for: an application, if nothing else. */
  resourceType?: 'APP' | 'END_USER_ACCOUNT_MANAGEMENT';
  rules?: PolicyRule[];
}

export interface AuthorizationServer {
  id: string;
  name: string;
  /** Each access policy names the client IDs that it lets in; `ALL_CLIENTS` is everyone. */
  policies: { clients: string[] }[];
  /** What the Management API shows beside that, if it made the server. */
  shown?: {
    description: string | null;
    audiences: string[];
    issuerMode: string;
    status: LifecycleStatus;
    rotationMode: string;
    created: string;
    lastUpdated: string;
  };
}

/** One resource of a family that the Management API keeps and shows. */
export interface Resource {
  id: string;
  status: LifecycleStatus;
  /** Whether Okta itself made it. */
  system: boolean;
  created: string;
  lastUpdated: string;
  fields: Readonly<Record<string, unknown>>;
}

/** A token of a service app for the Management API. */
export interface AccessToken {
  clientId: string;
  scopes: Set<string>;
  expiresAt: number;
  /** The thumbprint of the DPoP key that it is bound to (RFC 9449), if it is. */
  thumbprint?: string;
}
