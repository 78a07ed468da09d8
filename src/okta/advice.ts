import type { OktaAnswer } from './exchange.ts';
import type { Asker, Purpose, Reason } from './purpose.ts';
import { isConcurrencyLimit, rateLimitReset } from './rate-limit.ts';

const noPermission = 'E0000006';
const featureMissing = 'E0000015';

/**
 * The permissions that a custom admin role must have for all that this program does.
 * https://developer.okta.com/docs/api/openapi/okta-management/guides/permissions
 */
const rolePermissions =
  'okta.apps.manage, okta.apps.clientCredentials.read, okta.groups.read and okta.groups.appAssignment.manage';

/** Refusals that say in words, not by their code, what is in the way. */
const knownCauses: readonly (readonly [words: RegExp, advice: string])[] = [
  [
    /active OpenID Connect Client instance with the label .*already exists/,
    'This org allows one active OpenID Connect application per label. Set ApplicationLabel to another label, or deactivate or rename the other application.',
  ],
  [
    /Maximum number of instances has been reached/,
    'The org has reached its number of applications. Delete applications that are not in use, or ask Okta to raise the number.',
  ],
  [
    /Federation Broker Mode enabled/,
    'An application in Federation Broker Mode lets everyone in and takes no groups. Set Access to FederationBrokerMode, or turn the mode off in the application (General, Federation Broker Mode).',
  ],
];

/** What a person can do about a refusal, in sentences. */
export function advice(answer: OktaAnswer, reason: Reason, purpose: Purpose, asker: Asker): string {
  const { status } = answer;
  const { code } = reason;
  if (status >= 300 && status < 400) {
    return `${asker.orgUrl} redirects elsewhere: put the org's own URL into "orgUrl" of the Okta secret.`;
  }
  if (code === featureMissing) {
    return `The org ${asker.orgUrl} does not have this feature. Ask an Okta administrator to turn it on (Admin Console, Settings, Features), or Okta to add it to the license. The credentials in the Okta secret are not the cause.`;
  }
  if (status === 401) return badCredentials(asker);
  if (status === 429) return rateLimited(answer);
  if (status === 403 && code === noPermission) return missingRight(purpose, asker);
  if (code === undefined && status < 500) return notFromOkta(status, asker);
  if (status >= 500) return 'Check the status of the org (status.okta.com), then deploy again.';
  const known = knownCauses.find(([words]) => words.test(reason.words));
  return known?.[1] ?? 'Correct what Okta names, then deploy again.';
}

/** https://developer.okta.com/docs/guides/create-an-api-token/main/ */
function badCredentials({ kind, orgUrl }: Asker): string {
  return kind === 'apiToken'
    ? `The API token in the Okta secret does not work at ${orgUrl}: it was revoked, was not used for 30 days, belongs to another org, its administrator was deactivated, or its network zone does not contain the address of this function. Check it in Okta (Admin Console, Security, API, Tokens); create another one if needed and put it into the secret.`
    : `The access token that ${orgUrl} gave to the API Services app of the Okta secret is not accepted. Check that the app is active, and that no network zone keeps this function out.`;
}

/** A proxy or a firewall answers with a web page, and so does a server that is not Okta. */
function notFromOkta(status: number, { orgUrl }: Asker): string {
  const who = `The answer did not come from Okta's API at ${orgUrl}.`;
  return status === 403
    ? `${who} Okta blocks the address of this function by a network zone or an IP block (Admin Console, Security, Networks), or a proxy or firewall on the way refuses the request. Allow the function's address there.`
    : `${who} Check "orgUrl" in the Okta secret, and any proxy on the way.`;
}

/** What to say if the credentials lack a right. https://help.okta.com/en-us/content/topics/security/administrators-admin-comparison.htm */
export function missingRight(purpose: Pick<Purpose, 'needs'>, { kind }: Pick<Asker, 'kind'>): string {
  const permissions =
    purpose.needs === 'okta.policies.read' ? `${rolePermissions}, and okta.policies.read` : rolePermissions;
  const role = `the role Application Administrator, or a custom role with the permissions ${permissions}. A custom role reaches only what is in its resource set: it must contain all applications and the groups that Access names`;
  if (kind === 'apiToken') {
    return `The administrator who made the API token in the Okta secret needs ${role}.`;
  }
  const scope = purpose.needs ? `the scope ${purpose.needs} (Okta API Scopes) and ` : '';
  return `The API Services app of the Okta secret needs ${scope}an admin role (Admin roles): ${role}.`;
}

function rateLimited(answer: OktaAnswer): string {
  if (isConcurrencyLimit(answer)) {
    return 'The org handles too many requests at the same moment (concurrency limit). Deploy again later, or deploy fewer stacks at once.';
  }
  const reset = rateLimitReset(answer, Date.now());
  const until = reset ? ` until ${new Date(reset.at).toISOString()}, longer than this function may wait` : '';
  const unknown = reset ? '' : ', and Okta does not say for how long';
  return `The org's rate limit is used up${until}${unknown}. Deploy again later, or raise the limit of the token or app (Admin Console, Reports, Rate limits).`;
}
