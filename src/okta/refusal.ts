import * as z from 'zod/mini';
import type { OktaCredentials } from './credentials.ts';
import { OktaError } from './errors.ts';
import type { OktaAnswer } from './exchange.ts';

/** What a request is for, so that its failure can be told to a person. */
export interface Purpose {
  /** Continues the sentence "Okta refused to …". */
  readonly to: string;
  /** The scope that it takes; an API token needs the like from its administrator's role. */
  readonly needs?: 'okta.apps.manage' | 'okta.groups.read';
}

/** Who asked: the cure depends on it. */
export type Asker = Pick<OktaCredentials, 'kind' | 'orgUrl'>;

const LONGEST_QUOTE = 400;
const NO_PERMISSION = 'E0000006';

const oktaErrorSchema = z.object({
  errorCode: z.string(),
  errorSummary: z.optional(z.string()),
  errorCauses: z.optional(z.array(z.object({ errorSummary: z.optional(z.string()) }))),
});
const oauthErrorSchema = z.object({ error: z.string(), error_description: z.optional(z.string()) });

/** Okta's reason for a refusal: its code, and its own words, cut to a readable length. */
export function reasonOf(answer: OktaAnswer): { code: string | undefined; words: string } {
  const json = parseJson(answer.body);
  const okta = oktaErrorSchema.safeParse(json);
  if (okta.success) {
    const { errorCode, errorSummary, errorCauses = [] } = okta.data;
    const causes = errorCauses.flatMap((cause) => cause.errorSummary ?? []);
    return { code: errorCode, words: quote([errorSummary ?? '', ...causes].filter(Boolean).join('; ')) };
  }
  const oauth = oauthErrorSchema.safeParse(json);
  if (oauth.success) return { code: oauth.data.error, words: quote(oauth.data.error_description ?? '') };
  return { code: undefined, words: `HTTP ${answer.status} without Okta's usual JSON` };
}

/** Turns an answer that is not a success into the error that says so. */
export function refusal(answer: OktaAnswer, purpose: Purpose, asker: Asker): OktaError {
  const { code, words } = reasonOf(answer);
  const requestId = answer.headers['x-okta-request-id'];
  const failed = answer.status >= 500 ? 'failed' : 'refused';
  const reason = [code, words].filter(Boolean).join(': ');
  const sentences = [`Okta ${failed} to ${purpose.to} (${reason})`, cure(answer, code, purpose, asker)];
  const message = `${sentences.filter(Boolean).join('; ')}.${requestId ? ` Okta request ID ${requestId}.` : ''}`;
  return new OktaError(message, { status: answer.status, errorCode: code, requestId });
}

function cure(answer: OktaAnswer, code: string | undefined, purpose: Purpose, asker: Asker): string {
  if (answer.status >= 300 && answer.status < 400) {
    return `${asker.orgUrl} redirects elsewhere: put the org's own URL into "orgUrl" of the Okta secret`;
  }
  if (answer.status === 401) {
    return asker.kind === 'apiToken'
      ? `the API token in the Okta secret does not work at ${asker.orgUrl}: it was revoked, was unused for 30 days, or belongs to another org; make a new one (Admin Console, Security, API, Tokens) and put it into the secret`
      : `the access token that ${asker.orgUrl} gave to the API Services app of the Okta secret is not accepted: check that the app is active`;
  }
  if (answer.status === 403 && (code === NO_PERMISSION || code === undefined))
    return missingRight(purpose, asker);
  if (answer.status === 429) {
    const reset = Number(answer.headers['x-rate-limit-reset'] ?? Number.NaN);
    const until = Number.isFinite(reset) ? ` until ${new Date(reset * 1000).toISOString()}` : '';
    return `the org's rate limit is used up${until}, longer than this function may wait: deploy again later, or raise the limit of the token or app (Admin Console, Reports, Rate limits)`;
  }
  return '';
}

/** https://help.okta.com/en-us/content/topics/security/administrators-admin-comparison.htm */
function missingRight(purpose: Purpose, asker: Asker): string {
  if (asker.kind === 'apiToken') {
    return 'the administrator who made the API token in the Okta secret needs the role Application Administrator, or a custom role that may manage applications and view groups';
  }
  const scope = purpose.needs ? `the scope ${purpose.needs} (Okta API Scopes) and ` : '';
  return `the API Services app of the Okta secret needs ${scope}an admin role that allows it, such as Application Administrator (Admin roles)`;
}

/** For an answer that claims success but is no JSON, such as a web page. */
export function notOkta(answer: OktaAnswer, purpose: Purpose, asker: Asker): OktaError {
  const message = `${asker.orgUrl} was asked to ${purpose.to} and answered with something other than Okta's JSON; check "orgUrl" in the Okta secret.`;
  return new OktaError(message, { status: answer.status, errorCode: undefined, requestId: undefined });
}

/** The JSON in a text, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function quote(words: string): string {
  return words.length > LONGEST_QUOTE ? `${words.slice(0, LONGEST_QUOTE)}…` : words;
}
