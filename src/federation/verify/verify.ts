import { setTimeout as pause } from 'node:timers/promises';
import type { Allotment } from '../../cloudformation/deadline.ts';
import { allOf } from '../all-of.ts';
import { UnreachableError } from '../ask.ts';
import { OktaRateLimitError } from '../ask-okta.ts';
import { endpointProblems } from '../plan/provider-endpoints.ts';
import { probeCognito } from './cognito-probes.ts';
import { probeAuthorize, probeClientSecret } from './okta-probes.ts';
import { type SignInPath, SignInProbeError } from './sign-in-path.ts';

export { type SignInPath, SignInProbeError } from './sign-in-path.ts';

/** One point at which the path may break off. */
export interface Probe {
  readonly name: string;
  /** Asks a host that may have been made just now. */
  readonly asksNewHost?: boolean;
  /** Looks at what was read before, so that a repeat finds the same. */
  readonly asksNoOne?: boolean;
  /** @throws SignInProbeError, UnreachableError, OktaRateLimitError */
  run(time: Allotment): Promise<void>;
}

export interface ProbeOptions {
  /** `Okta` leaves out the pool's domains, which a web ACL may close to the function. Default: both halves. */
  readonly half?: 'Okta';
  /** What to do if Okta rejects the client secret: an imperative sentence. Default: that of a resource of ours. */
  readonly fixForSecret?: string;
}

/** How to replace a client secret that Okta rejects. */
export const fixesForSecret = {
  byTemplate: 'Change SecretVersion to issue a new one.',
  /** The application has no name tag: an administrator made it, or another tool has removed the tag. */
  byHand:
    "Copy the application's active client secret from the Okta Admin Console into the identity provider in Cognito. If a Custom::OktaCognitoIdp resource made it, change SecretVersion instead.",
} as const;

/**
 * The probes of a sign-in path. Together they walk it without signing in: Cognito stores the issuer's endpoints and sends
 * the browser to Okta, Okta accepts the client and the redirect URI, and the client secret is right.
 */
export function probesOf(path: SignInPath, options: ProbeOptions = {}): Probe[] {
  const { half, fixForSecret = fixesForSecret.byTemplate } = options;
  const { provider, providerName } = path;
  return [
    ...path.redirectUris.map((redirectUri) => ({
      name: `Okta takes the client with the redirect URI ${redirectUri}`,
      run: (time: Allotment) => probeAuthorize(path, redirectUri, time),
    })),
    {
      name: 'Okta takes the client secret',
      run: (time: Allotment) => probeClientSecret(path, fixForSecret, time),
    },
    ...(provider
      ? [
          {
            name: `the identity provider ${providerName} has the issuer's endpoints`,
            asksNoOne: true,
            run: async () => {
              const problems = endpointProblems(provider, path.issuer);
              if (problems.length > 0) throw new SignInProbeError(problems.join(' '));
            },
          },
        ]
      : []),
    ...(half === 'Okta' ? [] : path.domains).flatMap((domain) =>
      path.appClients.map((appClient) => ({
        name: `Cognito at ${domain} sends people of app client ${appClient.id} to Okta`,
        asksNewHost: true,
        run: (time: Allotment) => probeCognito(path, domain, appClient, time),
      })),
    ),
  ];
}

// A change reaches all servers of Okta and Cognito within seconds.
const patienceMs = [0, 300, 700, 1_500, 3_000, 6_000];
// A pool's domain, made before this in the same template, is in the DNS within a minute, and so is the record of a custom one:
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html
const newHostPatienceMs = [...patienceMs, 10_000, 15_000, 20_000, 30_000, 30_000];

/**
 * Runs all probes, and repeats those that fail for a while.
 * @throws SignInProbeError, UnreachableError, OktaRateLimitError of the first one that keeps failing; the signal's reason.
 */
export async function verify(probes: readonly Probe[], time: Allotment): Promise<void> {
  await allOf(probes.map((probe) => insist(probe, time)));
}

async function insist(probe: Probe, time: Allotment): Promise<void> {
  const { signal } = time;
  for (let attempt = 0; ; attempt += 1) {
    await pause(newHostPatienceMs[attempt], undefined, { signal });
    try {
      return await probe.run(time);
    } catch (error) {
      const isNewHost = probe.asksNewHost && error instanceof UnreachableError;
      const { length } = isNewHost ? newHostPatienceMs : patienceMs;
      // It was waited for long enough.
      const isFinal = probe.asksNoOne || error instanceof OktaRateLimitError;
      if (signal.aborted || isFinal || attempt + 1 >= length) throw error;
    }
  }
}
