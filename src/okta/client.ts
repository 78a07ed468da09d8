import okta, { type Collection } from '@okta/okta-sdk-nodejs';
import { apiTokenAuthorization } from './authorization.ts';
import { type Clock, systemClock } from '../retry/clock.ts';
import type { OktaCredentials } from './credentials.ts';
import type { Patience } from './persistence.ts';
import { privateKeyAuthorization } from './private-key-authorization.ts';
import { type Purpose, parseJson } from './refusal.ts';
import { RequestExecutor } from './request-executor.ts';

/**
 * What is used of the SDK's generated APIs. Bodies are plain JSON on both sides; what comes back is checked where it
 * is used. The build keeps these calls of the SDK and drops the rest (build/okta-sdk.ts).
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
    listGroups(query: { q: string; limit: number }): Promise<Collection<unknown>>;
    getGroup(path: { groupId: string }): Promise<unknown>;
  };
}

/** A connection to one Okta org. */
export interface Okta {
  /** The org's URL, without a slash at its end. */
  readonly orgUrl: string;
  /** The SDK's calls; a failure of theirs is an OktaError or OktaUnreachableError that says what they were for. */
  to(purpose: Purpose): OktaCalls;
  /** Reads one of the org's public documents, without credentials. */
  readPublic(path: string, purpose: Purpose): Promise<unknown>;
}

/** Connections hold no socket or timer: there is nothing to close. */
export interface OktaOptions {
  /** Ends every call, with an OktaUnreachableError. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds after which nothing may still wait. */
  readonly deadline: () => number;
  /** Time and chance; a test brings its own. */
  readonly clock?: Clock;
}

/**
 * Connects to an Okta org. Nothing is sent yet.
 *
 * The SDK's generated APIs make the requests and read the answers. Its `Client` is not used: that reads `OKTA_*`
 * variables and `okta.yaml` files unasked, and its token and retry handling is what RequestExecutor puts right.
 */
export function connectOkta(credentials: OktaCredentials, options: OktaOptions): Okta {
  const { orgUrl } = credentials;
  const patience: Patience = { clock: systemClock, ...options };
  const executor = new RequestExecutor(credentials, patience);
  const authorization =
    credentials.kind === 'apiToken'
      ? apiTokenAuthorization(credentials)
      : privateKeyAuthorization(credentials, executor, patience.clock);
  const baseServer = new okta.ServerConfiguration(orgUrl, {});

  return {
    orgUrl,
    to(purpose) {
      const httpApi = okta.wrapHttpLibrary({
        async send(request) {
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
      };
    },
    async readPublic(path, purpose) {
      const request = { method: 'GET', url: `${orgUrl}${path}`, headers: { accept: 'application/json' } };
      return parseJson((await executor.execute(request, purpose)).body);
    },
  };
}

/** Reads every page of a list. The SDK's iterator gives a null for a page that is empty. */
export async function collect(pages: Promise<Collection<unknown>>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of await pages) {
    if (item !== null) items.push(item);
  }
  return items;
}
