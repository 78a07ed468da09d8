import { NoHttpAnswerError, send } from '../http.ts';
import { countRemoteCall } from '../remote-calls.ts';
import { backoff } from '../retry/backoff.ts';
import { systemClock } from '../retry/clock.ts';
import { retry } from '../retry/retry.ts';
import type { ReturnAddress } from './request.ts';

/** The answer to CloudFormation. `data` is what `Fn::GetAtt` returns. */
export type Answer =
  | {
      readonly status: 'SUCCESS';
      readonly physicalResourceId: string;
      readonly data: Readonly<Record<string, string>>;
    }
  | { readonly status: 'FAILED'; readonly physicalResourceId: string; readonly reason: string };

/** CloudFormation did not get the answer. The message holds no part of the address: it is a credential. */
export class AnswerNotDeliveredError extends Error {
  override readonly name = 'AnswerNotDeliveredError';
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
const maxAnswerBytes = 4096;

/** The body of an answer, with the reason in characters that CloudFormation can show, and cut to what it takes. */
export function answerBody(address: ReturnAddress, answer: Answer): string {
  // CloudFormation's own IDs are far shorter; a forged one must not make the answer too long.
  const envelope = {
    Status: answer.status,
    PhysicalResourceId: atMost(1024, answer.physicalResourceId),
    StackId: atMost(1024, address.stackId),
    RequestId: atMost(256, address.requestId),
    LogicalResourceId: atMost(512, address.logicalResourceId),
  };
  if (answer.status === 'SUCCESS') {
    const body = JSON.stringify({ ...envelope, Data: answer.data });
    if (Buffer.byteLength(body) <= maxAnswerBytes) return body;
    // Only a list of callback URLs of absurd length gets here; the resource is good, so say so without that one.
    return JSON.stringify({ ...envelope, Data: { ...answer.data, SignInUrl: '' } });
  }
  const withoutReason = Buffer.byteLength(JSON.stringify({ ...envelope, Reason: '' }));
  return JSON.stringify({
    ...envelope,
    Reason: atMost(maxAnswerBytes - withoutReason, inXml(answer.reason)),
  });
}

/**
 * A text without characters that XML cannot hold. Okta, an issuer or a name may bring one into a reason, and CloudFormation then
 * shows none of the stack's events any more.
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1601
 * @see https://www.w3.org/TR/xml/#charsets
 */
function inXml(text: string): string {
  return text.toWellFormed().replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, ' ');
}

/** A text that takes no more bytes than that in JSON, its quotes aside; what is cut off is marked. */
function atMost(bytes: number, text: string): string {
  const size = (part: string) => Buffer.byteLength(JSON.stringify(part)) - 2;
  // Each character takes a byte at least.
  const start = text.slice(0, bytes);
  if (start === text && size(text) <= bytes) return text;
  let left = bytes - size('…');
  let end = 0;
  for (const character of start) {
    left -= size(character);
    if (left < 0) break;
    end += character.length;
  }
  return `${start.slice(0, end)}…`;
}

/** A try that hangs ends after this long. */
const tryMs = 5_000;
const backoffMs = { from: 400, to: 3_000 };

/**
 * Sends CloudFormation the answer, and sends it again if a try was lost.
 * @param address of the answer; the caller has checked it with `whyNotAnswerTo`.
 * @param signal ends the tries.
 * @throws AnswerNotDeliveredError if no try got through.
 */
export async function sendAnswer(
  address: ReturnAddress,
  answer: Answer,
  signal: AbortSignal,
  sendTo: typeof send = send,
): Promise<void> {
  // Without a Content-Type, which the presigned URL's signature does not cover.
  const request = {
    method: 'PUT',
    url: new URL(address.responseUrl.reveal()),
    body: answerBody(address, answer),
  };
  let failure = 'there was no time to try';
  const status = await retry(
    async (tries) => {
      countRemoteCall(tries > 1);
      return (await sendTo(request, AbortSignal.any([signal, AbortSignal.timeout(tryMs)]))).status;
    },
    {
      signal,
      pauseAfter(attempt, tries) {
        if ('value' in attempt && !isPassing(attempt.value)) return undefined;
        // A try that the signal ended says nothing new.
        if ('value' in attempt) failure = `HTTP ${attempt.value}`;
        else if (!signal.aborted) failure = reasonOf(attempt.error);
        return backoff(tries, backoffMs, systemClock.random());
      },
    },
  ).catch(() => undefined);
  if (status !== undefined && status >= 200 && status <= 299) return;
  throw new AnswerNotDeliveredError(
    status === undefined || isPassing(status)
      ? `The answer was not taken in time: ${failure}.`
      : `CloudFormation's address refused the answer: HTTP ${status}.`,
  );
}

/** S3 says 4xx to an address that is spent or expired: no repeat changes that. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function reasonOf(error: unknown): string {
  return error instanceof NoHttpAnswerError ? error.message : 'unknown';
}
