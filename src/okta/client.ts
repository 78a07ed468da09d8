import okta, { type Collection } from '@okta/okta-sdk-nodejs';
import { parseJson } from '../json.ts';
import { type Clock, systemClock } from '../retry/clock.ts';
import { apiTokenAuthorization } from './authorization.ts';
import type { OktaCredentials } from './credentials.ts';
import { OktaError } from './errors.ts';
import type { Headroom } from './headroom.ts';
import { checkIds } from './identifiers.ts';
import { OwnCreates } from './own-creates.ts';
import { privateKeyAuthorization } from './private-key-authorization.ts';
import type { Purpose } from './refusal.ts';
import { RequestExecutor } from './request-executor.ts';
import type { RetryLimits } from './send-with-retries.ts';

/**
 * What is used of the SDK's generated APIs. Bodies are plain JSON on both sides; what comes back is checked by those
 * who use it. The build keeps these calls of the SDK and drops the rest (build/okta-sdk.ts).
 */
export interface OktaCalls {
  readonly applications: {
    listApplications(
      query: ({ q: string } | { filter: string }) & { limit: number },
    ): Promise<Collection<unknown>>;
    getApplication(path: { appId: string }): Promise<unknown>;
    createApplication(request: { application: object }): Promise<unknown>;
    replaceApplication(request: { appId: string; application: object }): Promise<unknown>;
    activateApplication(path: { appId: string }): Promise<unknown>;
    deactivateApplication(path: { appId: string }): Promise<unknown>;
    deleteApplication(path: { appId: string }): Promise<unknown>;
    listApplicationGroupAssignments(query: { appId: string; limit: number }): Promise<Collection<unknown>>;
    assignGroupToApplication(request: {
      appId: string;
      groupId: string;
      applicationGroupAssignment: object;
    }): Promise<unknown>;
    unassignApplicationFromGroup(path: { appId: string; groupId: string }): Promise<unknown>;
    assignApplicationPolicy(path: { appId: string; policyId: string }): Promise<unknown>;
    listFederatedClaims(path: { appId: string }): Promise<Collection<unknown>>;
    createFederatedClaim(request: { appId: string; federatedClaimRequestBody: object }): Promise<unknown>;
    replaceFederatedClaim(request: {
      appId: string;
      claimId: string;
      federatedClaim: object;
    }): Promise<unknown>;
    deleteFederatedClaim(path: { appId: string; claimId: string }): Promise<unknown>;
  };
  readonly clientSecrets: {
    listOAuth2ClientSecrets(path: { appId: string }): Promise<Collection<unknown>>;
    createOAuth2ClientSecret(request: {
      appId: string;
      oAuth2ClientSecretRequestBody: object;
    }): Promise<unknown>;
    deactivateOAuth2ClientSecret(path: { appId: string; secretId: string }): Promise<unknown>;
    deleteOAuth2ClientSecret(path: { appId: string; secretId: string }): Promise<unknown>;
  };
  readonly groups: {
    listGroups(query: ({ q: string } | { search: string }) & { limit: number }): Promise<Collection<unknown>>;
    getGroup(path: { groupId: string }): Promise<unknown>;
  };
  readonly policies: {
    listPolicies(query: { type: 'ACCESS_POLICY' }): Promise<Collection<unknown>>;
  };
}

/** A connection to one Okta org. */
export interface Okta {
  /** The org's URL, without a slash at its end. */
  readonly orgUrl: string;
  /** If the Okta secret has such a list: the only further custom domains that an issuer may name, as URLs without a slash at their end. */
  readonly customDomains: readonly string[] | undefined;
  /** The SDK's calls; a failure is an OktaError or OktaUnreachableError that names the purpose of the call. */
  to(purpose: Purpose): OktaCalls;
  /** Reads one of the org's public documents, without credentials. */
  readPublic(path: string, purpose: Purpose): Promise<unknown>;
  /**
   * Reads a public document of another host, without credentials and with a short timeout.
   * @param origin such as `https://login.example.com`
   * @throws OktaError, OktaUnreachableError
   */
  readPublicAt(origin: string, path: string, purpose: Purpose): Promise<unknown>;
  /** The same connection, whose calls end with this signal too. */
  until(signal: AbortSignal): Okta;
}

/** Connections hold no socket or timer: there is nothing to close. */
export interface OktaOptions {
  /** Ends every call, with an OktaUnreachableError. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds after which nothing may still wait. */
  readonly deadline: () => number;
  /** Time and randomness; a test replaces them. */
  readonly clock?: Clock;
  /** What was created a moment ago, for another connection within the same event that has to know it, such as the undo's. */
  readonly ownCreates?: OwnCreates;
  /** Set for work that can wait: it leaves half of Okta's rate limits to others. */
  readonly headroom?: Headroom | undefined;
}

/** No list that is read here is longer in any org that works: 40,000 applications. */
const mostPages = 200;
const otherHostPatienceMs = 10_000;

/** The one place that puts IDs into a path. */
class IdCheckingServer extends okta.ServerConfiguration<Record<string, string>> {
  override makeRequestContext(
    ...[endpoint, method, ids = {}]: Parameters<
      okta.ServerConfiguration<Record<string, string>>['makeRequestContext']
    >
  ) {
    checkIds(ids);
    return super.makeRequestContext(endpoint, method, ids);
  }
}

/**
 * Connects to an Okta org. Nothing is sent yet.
 *
 * The SDK's generated APIs make the requests and read the answers. Its `Client` is not used: that reads `OKTA_*`
 * variables and `okta.yaml` files unasked, and its token and retry handling is what RequestExecutor puts right.
 */
export function connectOkta(credentials: OktaCredentials, options: OktaOptions): Okta {
  const { orgUrl } = credentials;
  const { ownCreates = new OwnCreates(), ...time } = options;
  const all: RetryLimits = { clock: systemClock, ...time };
  const executor = new RequestExecutor(credentials, all, ownCreates);
  const authorization =
    credentials.kind === 'apiToken'
      ? apiTokenAuthorization(credentials)
      : privateKeyAuthorization(credentials, executor, all.clock);
  const baseServer = new IdCheckingServer(orgUrl, {});

  const connection = (limits: RetryLimits, executor: RequestExecutor): Okta => ({
    orgUrl,
    customDomains: credentials.customDomains,
    to(purpose) {
      let sent = 0;
      const httpApi = okta.wrapHttpLibrary({
        async send(request) {
          sent += 1;
          // One call is one request, except for a list: that is one request for each page.
          if (sent > mostPages) throw tooManyPages(orgUrl, purpose);
          const answer = await executor.execute(
            {
              method: request.getHttpMethod(),
              url: request.getUrl(),
              headers: request.getHeaders(),
              body: request.getBody()?.toString(),
            },
            purpose,
            authorization,
          );
          return new okta.ResponseContext(
            answer.status,
            { ...answer.headers },
            {
              text: async () => answer.body,
              binary: async () => Buffer.from(answer.body),
            },
          );
        },
      });
      const configuration = okta.createConfiguration({ baseServer, httpApi });
      return {
        applications: new okta.ApplicationApi(configuration),
        clientSecrets: new okta.ApplicationSSOPublicKeysApi(configuration),
        groups: new okta.GroupApi(configuration),
        policies: new okta.PolicyApi(configuration),
      };
    },
    readPublic: (path, purpose) => readDocument(executor, orgUrl, path, purpose),
    readPublicAt(origin, path, purpose) {
      const { clock, deadline } = limits;
      const end = Math.min(deadline(), clock.now() + otherHostPatienceMs);
      const asker = { kind: credentials.kind, orgUrl: origin };
      const stranger = new RequestExecutor(asker, { ...limits, deadline: () => end });
      return readDocument(stranger, origin, path, purpose);
    },
    until(signal) {
      const bounded = { ...limits, signal: AbortSignal.any([limits.signal, signal]) };
      return connection(bounded, new RequestExecutor(credentials, bounded, ownCreates));
    },
  });
  return connection(all, executor);
}

async function readDocument(
  executor: RequestExecutor,
  origin: string,
  path: string,
  purpose: Purpose,
): Promise<unknown> {
  const request = { method: 'GET', url: `${origin}${path}`, headers: { accept: 'application/json' } };
  return parseJson((await executor.execute(request, purpose)).body);
}

function tooManyPages(orgUrl: string, purpose: Purpose): OktaError {
  return new OktaError(
    `Okta at ${orgUrl} returned more than ${mostPages} pages when asked to ${purpose.to}, and the function reads no more. Use IDs instead of names in Access, and delete what is not in use in Okta.`,
    { status: 200, errorCode: undefined, requestId: undefined },
  );
}
