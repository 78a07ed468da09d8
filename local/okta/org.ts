import { oktaIdentifier, randomSecret, timestamp } from './identifiers.ts';
import type { ApplicationDocument } from './management/application-document.ts';

export type LifecycleStatus = 'ACTIVE' | 'INACTIVE';

export interface User {
  id: string;
  email: string;
  password: string;
  firstName: string;
  lastName: string;
  created: string;
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

export interface GroupAssignment {
  groupId: string;
  priority: number;
  profile: Record<string, unknown>;
  lastUpdated: string;
}

/** An OIDC application: what the Management API shows of it, and what it keeps beside that. */
export interface Application {
  id: string;
  clientId: string;
  status: LifecycleStatus;
  created: string;
  lastUpdated: string;
  document: ApplicationDocument;
  secrets: ClientSecret[];
  groupAssignments: Map<string, GroupAssignment>;
  userAssignments: Map<string, string>;
  accessPolicyId: string;
  /** The groups claim, which only an unpublished operation sets. */
  idTokenSettings: Record<string, unknown>;
  /** Management API scopes granted to it; only service apps have any. */
  grantedScopes: Set<string>;
}

export interface Policy {
  id: string;
  type: string;
  name: string;
  description: string;
  system: boolean;
  created: string;
}

export interface AuthorizationServer {
  id: string;
  name: string;
  /** Each access policy names the client IDs that it lets in; `ALL_CLIENTS` is everyone. */
  policies: { clients: string[] }[];
}

/** A token of a service app for the Management API. */
export interface AccessToken {
  clientId: string;
  scopes: Set<string>;
  expiresAt: number;
  /** The thumbprint of the DPoP key that it is bound to (RFC 9449), if it is. */
  thumbprint?: string;
}

const SEED_USERS = [
  { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', group: 'Engineering' },
  { email: 'grace@example.com', firstName: 'Grace', lastName: 'Hopper', group: 'Finance' },
];

/** One Okta organization, in memory. */
export class Org {
  readonly id = oktaIdentifier('00o');
  readonly apiToken: string;
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();
  readonly applications = new Map<string, Application>();
  readonly policies = new Map<string, Policy>();
  readonly authorizationServers = new Map<string, AuthorizationServer>();
  readonly accessTokens = new Map<string, AccessToken>();
  // Made once per process, so that a password noted before a reset still works after it.
  readonly #seedPasswords = new Map(SEED_USERS.map(({ email }) => [email, randomSecret(12)]));

  /** @param apiToken the SSWS token that the Management API accepts */
  constructor(apiToken: string) {
    this.apiToken = apiToken;
    this.reset();
  }

  /** Forgets everything but the seed: two users, three groups, one access policy. */
  reset(): void {
    for (const collection of [
      this.users,
      this.groups,
      this.applications,
      this.policies,
      this.authorizationServers,
      this.accessTokens,
    ]) {
      collection.clear();
    }
    const policy = oktaIdentifier('rst');
    this.policies.set(policy, {
      id: policy,
      type: 'ACCESS_POLICY',
      name: 'Default Policy',
      description: 'Default policy',
      system: true,
      created: timestamp(),
    });
    this.addGroup('Everyone', 'BUILT_IN', 'All users in your organization');
    this.addGroup('Engineering');
    this.addGroup('Finance');
    for (const { group, email, ...name } of SEED_USERS) {
      this.addUser({ email, ...name, password: this.#seedPasswords.get(email) ?? randomSecret(12) }, [group]);
    }
  }

  /**
   * @param name the group's name
   * @param type who masters it: `OKTA_GROUP` is made by hand, `BUILT_IN` by Okta
   * @param description shown in the admin console
   * @returns the new group
   */
  addGroup(name: string, type: Group['type'] = 'OKTA_GROUP', description: string | null = null): Group {
    const now = timestamp();
    const group: Group = {
      id: oktaIdentifier('00g'),
      type,
      name,
      description,
      members: new Set(),
      created: now,
      lastUpdated: now,
      lastMembershipUpdated: now,
    };
    this.groups.set(group.id, group);
    return group;
  }

  /**
   * @param user who it is; the e-mail address is the user name too
   * @param groups names of the groups to join beside Everyone
   * @returns the new user
   * @throws Error if there is no group of such a name
   */
  addUser(user: Omit<User, 'id' | 'created'>, groups: string[]): User {
    const joined = ['Everyone', ...groups].map((name) => {
      const group = [...this.groups.values()].find((candidate) => candidate.name === name);
      if (!group) throw new Error(`There is no group named ${name}.`);
      return group;
    });
    const added: User = { ...user, id: oktaIdentifier('00u'), created: timestamp() };
    this.users.set(added.id, added);
    for (const group of joined) group.members.add(added.id);
    return added;
  }

  /** @returns the policy that an application has when nobody chose another */
  get defaultAccessPolicyId(): string {
    for (const policy of this.policies.values()) {
      if (policy.type === 'ACCESS_POLICY' && policy.system) return policy.id;
    }
    throw new Error('The org has no default access policy.');
  }

  /** @returns the application with this client ID, whatever its status */
  applicationOfClient(clientId: string): Application | undefined {
    for (const application of this.applications.values()) {
      if (application.clientId === clientId) return application;
    }
    return undefined;
  }

  /** @returns whether the user may sign in to the application, by a group or in person */
  isAssigned(userId: string, application: Application): boolean {
    if (application.userAssignments.has(userId)) return true;
    return [...application.groupAssignments.keys()].some((id) => this.groups.get(id)?.members.has(userId));
  }
}
