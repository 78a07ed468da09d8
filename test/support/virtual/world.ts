import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Org } from '../../../local/okta/org.ts';
import { bundleOf } from '../bundles.ts';
import { answerAtDomain } from '../cognito-fake/authorize.ts';
import { Faults as Throttles } from '../cognito-fake/faults.ts';
import { cognitoOperations } from '../cognito-fake/operations.ts';
import { type CognitoState, emptyState } from '../cognito-fake/state.ts';
import type { Invocation } from '../invocation.ts';
import { PlayedStacks } from '../played-stacks.ts';
import { assumedRole, type TrustedRole } from '../sts-fake.ts';
import { awsApis } from './aws.ts';
import { Clock, installClock } from './clock.ts';
import { cloudFormationApi } from './cloudformation.ts';
import type { LeaseItems } from './lease-items.ts';
import { type Destination, Network } from './network.ts';
import { metadataOf, oktaOrg, orgUrl, otherOrgUrl, type SignInSettings } from './okta.ts';
import { OktaLimits } from './okta-limits.ts';
import { compileBundle, type Load, VirtualProcess } from './process.ts';
import { VirtualQueue } from './queue.ts';
import { VirtualBucket } from './response-bucket.ts';
import { VirtualTime } from './time.ts';

/** What the bundles are made of. A caller that asks which tests are related to a source (`jest --findRelatedTests`) goes by this. */
type Sources = {
  provider: typeof import('../../../src/provider.ts');
  failsafe: typeof import('../../../src/failsafe.ts');
  watch: typeof import('../../../src/watch.ts');
};

/** Compiled once for all worlds of a test file. */
const load: Readonly<Record<keyof Sources, Load>> = {
  provider: compileBundle(bundleOf('provider')),
  failsafe: compileBundle(bundleOf('failsafe')),
  watch: compileBundle(bundleOf('watch')),
};

/** As template.yaml has them, in milliseconds. */
const timeouts = { provider: 900_000, failsafe: 60_000, watch: 600_000 };

/** Most tests adopt, and are not about who consents. */
const usualSettings = { ADOPTION: 'Any' };

/** Everything that a run may change, as it was at a moment. */
export interface Snapshot {
  readonly cognito: CognitoState;
  readonly leases: LeaseItems;
  readonly org: Pick<Org, 'applications' | 'groups' | 'users' | 'policies'>;
  readonly stacks: ReturnType<PlayedStacks['snapshot']>;
}

/**
 * An AWS account, an Okta org and the shipped bundles, all in this process and in virtual time. Nothing of it listens,
 * nothing waits in earnest, and with the same chance everything happens in the same order.
 */
export class World {
  readonly time = new VirtualTime();
  readonly network: Network;
  readonly cognito: CognitoState = emptyState();
  readonly org = new Org(randomBytes(24).toString('base64url'), { random: () => this.random() });
  readonly oktaLimits = new OktaLimits();
  readonly oktaSignIn: SignInSettings = { orgUrl, hasCustomDomain: false };
  /** Custom domains that the Okta secret lists. */
  customDomains: readonly string[] | undefined;
  /** For resources that name the secret `other-okta`. */
  readonly otherOrg = new Org(randomBytes(24).toString('base64url'), { random: () => this.random() });
  /** How many calls a second AWS takes; none until a test sets some. */
  readonly throttles = new Throttles();
  readonly leases: LeaseItems = new Map();
  /** Roles of other accounts. */
  readonly roles: TrustedRole[] = [];
  readonly bucket = new VirtualBucket();
  /** The stacks that CloudFormation knows: those whose events `hand` sends. */
  readonly stacks = new PlayedStacks();
  /** SSM parameters, by name. */
  readonly parameters = new Map<string, string>();
  /** The watch's. */
  readonly queue = new VirtualQueue(() => this.time.now());
  #environment: Readonly<Record<string, string>> = {};
  /** Milliseconds that the clock of the next process is ahead. */
  skew: () => number = () => 0;
  /** Chance for the product's jitter. */
  random: () => number = () => 0.5;
  /** Parameters of the provider stack, as its functions see them. */
  #settings: Readonly<Record<string, string>> = usualSettings;
  readonly #warm: Record<keyof Sources, VirtualProcess[]> = { provider: [], failsafe: [], watch: [] };

  constructor() {
    installClock(new Clock(this.time));
    const cognito = cognitoOperations(this.cognito, {
      accountId: '000000000000',
      discover: async (issuer) => {
        const found = metadataOf(issuer);
        return {
          authorize_url: found.authorization_endpoint,
          token_url: found.token_endpoint,
          attributes_url: found.userinfo_endpoint,
          jwks_uri: found.jwks_uri,
        };
      },
      updateTakes: () => 10,
    });
    const oktaSecret = (secretId: string) =>
      JSON.stringify(
        secretId === 'other-okta'
          ? { orgUrl: otherOrgUrl, apiToken: this.otherOrg.apiToken }
          : { orgUrl, apiToken: this.org.apiToken, customDomains: this.customDomains },
      );
    this.network = new Network(this.time, [
      awsApis({
        cognito,
        leases: this.leases,
        oktaSecret,
        parameters: this.parameters,
        throttles: this.throttles,
        queue: this.queue,
      }),
      cloudFormationApi(this.stacks),
      oktaOrg(this.org, this.oktaLimits, this.oktaSignIn),
      oktaOrg(this.otherOrg, new OktaLimits(), { orgUrl: otherOrgUrl, hasCustomDomain: false }),
      this.#poolDomains(),
      this.#sts(),
      this.bucket,
    ]);
  }

  /** What the operator chose for the functions, beside what each needs. A change starts new processes, as in Lambda. */
  set environment(environment: Readonly<Record<string, string>>) {
    if (isDeepStrictEqual(environment, this.#environment)) return;
    this.#environment = environment;
    for (const warm of Object.values(this.#warm)) warm.length = 0;
  }

  /** Both, as the functions see them. */
  get configuration(): Readonly<Record<string, string>> {
    return { ...this.#settings, ...this.#environment };
  }

  /** A cold process with a bundle in it. */
  start(load: Load, skew = 0): VirtualProcess {
    return new VirtualProcess({
      load,
      time: this.time,
      network: this.network,
      random: () => this.random(),
      skew,
      environment: {
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        OKTA_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:okta',
        JOURNAL_TABLE: 'leases',
        WATCH_QUEUE_URL: this.queue.url,
        ...this.configuration,
      },
    });
  }

  /** Runs a function once, in a warm process if there is one. `used` gets the process. */
  async invoke(
    name: keyof Sources,
    event: unknown,
    used: (process: VirtualProcess) => void = () => {},
  ): Promise<Invocation> {
    const skew = this.skew();
    const running = this.#warm[name].pop() ?? this.start(load[name], skew);
    used(running);
    const invocation = await running.invoke(event, timeouts[name]);
    // A process that has met trouble is done: the SDK's quota of retries is kept in it.
    const untroubled = invocation.ended === 'returned' && skew === 0 && !this.troubled;
    if (untroubled) this.#warm[name].push(running);
    return invocation;
  }

  /** The operator sets parameters of the provider stack: every process starts cold. */
  configure(settings: Readonly<Record<string, string>> = {}): void {
    this.#settings = { ...usualSettings, ...settings };
    for (const warm of Object.values(this.#warm)) warm.length = 0;
  }

  /** Whether faults are about, so that processes are not used again. */
  troubled = false;

  snapshot(): Snapshot {
    const { applications, groups, users, policies } = this.org;
    return structuredClone({
      cognito: this.cognito,
      leases: this.leases,
      org: { applications, groups, users, policies },
      stacks: this.stacks.snapshot(),
    });
  }

  /** Objects that were there before and still are, stay the same objects. */
  restore(snapshot: Snapshot): void {
    const { cognito, leases, org, stacks } = structuredClone(snapshot);
    this.stacks.restore(stacks);
    refill(this.leases, leases);
    refill(this.cognito.pools, cognito.pools);
    refill(this.cognito.clients, cognito.clients);
    refill(this.cognito.providers, cognito.providers);
    refill(this.cognito.discovered, cognito.discovered);
    refill(this.org.applications, org.applications);
    refill(this.org.groups, org.groups);
    refill(this.org.users, org.users);
    refill(this.org.policies, org.policies);
  }

  /** Which gives credentials of roles to those that they trust. */
  #sts(): Destination {
    return {
      serves: ({ hostname }) => hostname === 'sts.us-east-1.amazonaws.com',
      asks: () => ({ service: 'STS', operation: 'AssumeRole' }),
      answer: async ({ body }) => ({
        ...assumedRole(body.toString(), this.roles),
        headers: { 'content-type': 'text/xml' },
      }),
    };
  }

  /** Cognito's own sign-in hosts. */
  #poolDomains(): Destination {
    return {
      serves: ({ hostname }) => hostname.endsWith('.amazoncognito.com'),
      asks: ({ method, url }) => ({ service: 'Sign-in', operation: `${method} Cognito ${url.pathname}` }),
      answer: async ({ url, headers }) =>
        answerAtDomain(this.cognito, {
          host: url.hostname,
          path: url.pathname,
          query: url.searchParams,
          userAgent: headers['user-agent'] ?? '',
        }),
    };
  }
}

function refill<K, V extends object>(target: Map<K, V>, source: Map<K, V>): void {
  const before = new Map(target);
  target.clear();
  for (const [key, value] of source) target.set(key, become(before.get(key), value));
}

/** Gives an object the content of another one. */
function become<T extends object>(object: T | undefined, content: T): T {
  if (!object) return content;
  for (const name of Object.keys(object)) Reflect.deleteProperty(object, name);
  return Object.assign(object, content);
}
