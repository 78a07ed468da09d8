import type { AnyApplication } from './any-application.ts';
import { oktaIdentifier, randomSecret, timestamp } from './identifiers.ts';
import type {
  AccessToken,
  Application,
  AuthorizationServer,
  Group,
  Policy,
  PolicyRule,
  Resource,
  User,
} from './org-parts.ts';
import { type OtherApplication, seededApplications } from './other-applications.ts';
import { type OrgSettings, orgSettings } from './settings.ts';

export type { AnyApplication, GroupAssignment, LifecycleStatus } from './any-application.ts';
export type * from './org-parts.ts';

const SEED_USERS = [
  { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', group: 'Engineering' },
  { email: 'grace@example.com', firstName: 'Grace', lastName: 'Hopper', group: 'Finance' },
];

/** The policies of a new Identity Engine org; the one of the system is the default. */
const SEED_POLICIES = [
  { name: 'Okta Admin Console', system: false },
  { name: 'Okta Dashboard', system: false },
  { name: 'Any two factors', description: 'Require two factors to access.', system: true },
  { name: 'Password only', description: 'Require only a password.', system: false },
  {
    name: 'Okta Account Management Policy',
    description: 'How users authenticate to change their own factors.',
    system: false,
    resourceType: 'END_USER_ACCOUNT_MANAGEMENT' as const,
  },
].map((policy) => ({ type: 'ACCESS_POLICY', ...policy }));

/** Kinds of policy that each org has one of from the start, for everyone. */
const OTHER_POLICY_TYPES = ['IDP_DISCOVERY', 'MFA_ENROLL', 'OKTA_SIGN_ON', 'PASSWORD'];

/** One Okta organization, in memory. */
export class Org {
  readonly id = oktaIdentifier('00o');
  readonly apiToken: string;
  readonly now: () => number;
  readonly #random: () => number;
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();
  readonly applications = new Map<string, Application>();
  /** Applications of other kinds: SAML, bookmarks, directories, and Okta's own. */
  readonly otherApplications = new Map<string, OtherApplication>();
  settings: OrgSettings = orgSettings.parse({});
  readonly policies = new Map<string, Policy>();
  readonly authorizationServers = new Map<string, AuthorizationServer>();
  readonly accessTokens = new Map<string, AccessToken>();
  /** By the path of their collection, then by ID. */
  readonly resources = new Map<string, Map<string, Resource>>();
  readonly #usual: Partial<OrgSettings>;
  // Made once per process, so that a password noted before a reset still works after it.
  readonly #seedPasswords = new Map(SEED_USERS.map(({ email }) => [email, randomSecret(12)]));

  /**
   * @param apiToken the SSWS token that the Management API accepts
   * @param more `now`: the clock, in epoch milliseconds; `usual`: settings that differ from those of a new org, also
   *   after a reset; `random`: chance, from 0 to 1
   */
  constructor(
    apiToken: string,
    more: { now?: () => number; usual?: Partial<OrgSettings>; random?: () => number } = {},
  ) {
    this.apiToken = apiToken;
    this.now = more.now ?? (() => Date.now());
    this.#random = more.random ?? Math.random;
    this.#usual = more.usual ?? {};
    this.reset();
  }

  /**
   * Forgets everything but the seed: two users, four groups, Okta's own policies and applications, and a few
   * applications of other kinds than ours.
   */
  reset(): void {
    this.settings = orgSettings.parse(this.#usual);
    for (const collection of [
      this.users,
      this.groups,
      this.applications,
      this.otherApplications,
      this.policies,
      this.authorizationServers,
      this.accessTokens,
      this.resources,
    ]) {
      collection.clear();
    }
    for (const policy of SEED_POLICIES) this.addPolicy(policy);
    for (const type of OTHER_POLICY_TYPES) this.addPolicy({ type, name: 'Default Policy', system: true });
    for (const application of seededApplications(this.defaultAccessPolicyId)) {
      this.otherApplications.set(application.id, application);
    }
    this.addGroup('Everyone', 'BUILT_IN', 'All users in your organization');
    this.addGroup('Okta Administrators', 'BUILT_IN', 'Okta manages this group of all administrators.');
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

  /** @returns the policy, new, with Okta's own rule for whom no other rule catches */
  addPolicy(
    policy: Pick<
      Policy,
      | 'type'
      | 'name'
      | 'description'
      | 'system'
      | 'resourceType'
      | 'priority'
      | 'status'
      | 'conditions'
      | 'settings'
    >,
  ): Policy {
    const now = timestamp();
    const catchAll: PolicyRule = {
      id: oktaIdentifier('rul'),
      name: 'Catch-all Rule',
      priority: 99,
      status: 'ACTIVE',
      system: true,
      conditions: null,
      actions: {
        appSignOn: {
          access: 'ALLOW',
          verificationMethod: {
            factorMode: '2FA',
            type: 'ASSURANCE',
            reauthenticateIn: 'PT12H',
            constraints: [{ possession: { required: true, deviceBound: 'REQUIRED' } }],
          },
          keepMeSignedIn: { postAuth: 'NOT_ALLOWED' },
        },
      },
      created: now,
      lastUpdated: now,
    };
    const added: Policy = {
      ...policy,
      id: oktaIdentifier('rst'),
      created: now,
      lastUpdated: now,
      rules: policy.type === 'ACCESS_POLICY' ? [catchAll] : [],
    };
    this.policies.set(added.id, added);
    return added;
  }

  /** @returns the policy that an application has unless an administrator chooses another */
  get defaultAccessPolicyId(): string {
    for (const policy of this.policies.values()) {
      if (policy.type === 'ACCESS_POLICY' && policy.system) return policy.id;
    }
    throw new Error('The org has no default access policy.');
  }

  /** @returns the application with this client ID, active or not */
  applicationOfClient(clientId: string): Application | undefined {
    for (const application of this.applications.values()) {
      if (application.clientId === clientId) return application;
    }
    return undefined;
  }

  /** Lets an application that a call just created lag behind its create. */
  hideForNow(application: AnyApplication): void {
    application.hiddenUntil = this.now() + Math.floor(this.settings.readLagMs * this.#random());
  }

  /** @returns whether the server of Okta that has this call knows the application yet */
  shows(application: AnyApplication): boolean {
    if (application.hiddenUntil <= this.now()) return true;
    if (this.settings.readLag === 'every-call') return false;
    application.earlyCalls += 1;
    return application.earlyCalls % 2 === 1;
  }

  /** @returns the application of any kind with this ID, unless it lags behind its create */
  visibleApplication(id: string): Application | OtherApplication | undefined {
    const found = this.applications.get(id) ?? this.otherApplications.get(id);
    return found && this.shows(found) ? found : undefined;
  }

  /** @returns whether the user may sign in to the application: if it is in Federation Broker Mode, every user may */
  maySignIn(userId: string, application: Application): boolean {
    return application.document.settings.implicitAssignment || this.isAssigned(userId, application);
  }

  /** @returns whether the user is assigned to the application, by a group or in person */
  isAssigned(userId: string, application: AnyApplication): boolean {
    if (application.userAssignments.has(userId)) return true;
    return [...application.groupAssignments.keys()].some((id) => this.groups.get(id)?.members.has(userId));
  }
}
