import type { AppClient } from '../../cognito/app-clients.ts';
import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import type { UserPool } from '../../cognito/user-pools.ts';
import type { AccessPolicy } from '../../okta/access-policies.ts';
import type { Application } from '../../okta/applications.ts';
import type { FederatedClaim } from '../../okta/federated-claims.ts';
import type { Group } from '../../okta/groups.ts';
import type { ApplicationRecord } from '../journal/records.ts';
import type { Relation } from '../ownership/whose.ts';
import type { Issuer } from './issuer.ts';

export interface ObservedApplication {
  readonly document: Application;
  readonly relation: Relation;
  /** What the journal has of it. */
  readonly record: ApplicationRecord | undefined;
  /** No event has ended well with it: if it is inactive, an interrupted undo did that. */
  readonly isUnfinished?: boolean;
}

export interface ObservedProvider extends IdentityProvider {
  readonly relation: Relation;
}

/** What is there before anything is done: all that the plan may know. */
export interface Observed {
  readonly orgUrl: string;
  readonly userPool: UserPool | undefined;
  readonly appClients: ReadonlyMap<string, AppClient | undefined>;
  readonly provider: ObservedProvider | undefined;
  /** The Okta application to work on: this resource's own, or the one to adopt. */
  readonly application: ObservedApplication | undefined;
  readonly assignedGroupIds: readonly string[];
  /** What Okta has for each name or ID that `Access` gives. */
  readonly groups: ReadonlyMap<string, readonly Group[]>;
  readonly groupIds: readonly string[];
  readonly redirectUris: readonly string[];
  readonly issuer: Issuer;
  /** App clients that UserPoolClientIds lists no more, and that keep the provider: plan/dropped-clients.ts. */
  readonly keptClientIds?: readonly string[] | undefined;
  /** The application's claims, if the template or the journal names some; `unavailable` if the org has no such feature. */
  readonly claims?: readonly FederatedClaim[] | 'unavailable' | undefined;
  /** What Okta has for `AuthenticationPolicy`; `unavailable` on Classic Engine. */
  readonly policies?: readonly Pick<AccessPolicy, 'id' | 'name'>[] | 'unavailable' | undefined;
  /** The org's default policy, if it has to be set again and nothing else is known. */
  readonly defaultPolicyId?: string | undefined;
}
