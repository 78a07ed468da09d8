import * as z from 'zod/mini';
import { parseJson } from '../json.ts';
import { advice } from './advice.ts';
import { FeatureUnavailableError, OktaError } from './errors.ts';
import type { OktaAnswer } from './exchange.ts';
import type { Asker, Purpose, Reason } from './purpose.ts';

export type { Asker, Purpose, Reason, Scope } from './purpose.ts';

const longestQuote = 400;

const oktaErrorSchema = z.lazy(() =>
  z.object({
    errorCode: z.string(),
    errorSummary: z.optional(z.string()),
    errorCauses: z.optional(z.array(z.object({ errorSummary: z.optional(z.string()) }))),
  }),
);
const oauthErrorSchema = z.lazy(() =>
  z.object({ error: z.string(), error_description: z.optional(z.string()) }),
);

export function reasonOf(answer: OktaAnswer): Reason {
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

/** Okta says so with a 401, although the token is good: https://developer.okta.com/docs/reference/error-codes/#E0000015 */
export function isFeatureMissing(answer: OktaAnswer): boolean {
  return reasonOf(answer).code === 'E0000015';
}

/** Turns an answer that is not a success into the error that says so. */
export function refusal(answer: OktaAnswer, purpose: Purpose, asker: Asker): OktaError {
  const reason = reasonOf(answer);
  const requestId = answer.headers['x-okta-request-id'];
  const failed = answer.status >= 500 ? 'failed' : 'refused';
  const sentences = [
    `Okta ${failed} to ${purpose.to} (${[reason.code, reason.words].filter(Boolean).join(': ')}).`,
    advice(answer, reason, purpose, asker),
    requestId && `Okta request ID ${requestId}.`,
  ];
  const details = { status: answer.status, errorCode: reason.code, requestId };
  const message = sentences.filter(Boolean).join(' ');
  return isFeatureMissing(answer)
    ? new FeatureUnavailableError(message, details)
    : new OktaError(message, details);
}

/** For an answer that claims success but is not JSON, such as a web page. */
export function notOkta(answer: OktaAnswer, purpose: Purpose, asker: Asker): OktaError {
  const message = `${asker.orgUrl} was asked to ${purpose.to} and answered with something other than Okta's JSON; check "orgUrl" in the Okta secret.`;
  return new OktaError(message, { status: answer.status, errorCode: undefined, requestId: undefined });
}

function quote(words: string): string {
  return words.length > longestQuote ? `${words.slice(0, longestQuote)}…` : words;
}
