import type { Allotment } from '../cloudformation/deadline.ts';
import { LeaseNotHadError } from '../lease/lease.ts';
import { redact } from '../secret.ts';

/**
 * The failure for the person who deployed: a sentence, no stack trace. The whole error is for the log.
 * @param time what the failed work had.
 * @param doing what it was doing, if the time ran out.
 */
export function explain(error: unknown, time: Allotment, doing: string): string {
  // AWS quotes the input that it refuses, and a client secret may be part of it.
  return redact(sentence(error, time, doing));
}

function sentence(error: unknown, time: Allotment, doing: string): string {
  const stopped = time.signal.reason;
  if (stopped instanceof LeaseNotHadError) return `${stopped.message} Deploy again.`;
  if (time.signal.aborted) {
    return `The provider ran out of time while it was ${doing}; deploy again, and raise ServiceTimeout where the template sets one.`;
  }
  if (!(error instanceof Error)) return 'An unknown error; the log of the provider function has it.';
  switch (error.name) {
    case 'AccessDeniedException':
      return `${error.message}. Is the user pool among the UserPoolArns of the provider's stack? Where RoleArn names a role, does that role allow it?`;
    case 'TooManyRequestsException':
    case 'ThrottlingException':
      return `AWS throttled the provider until its time was up; deploy again. (${error.message})`;
    // Its message quotes what could not be parsed.
    case 'SyntaxError':
      return 'An answer came that could not be read; the log of the provider function says more.';
    default:
      // Node's own errors for a host with several addresses have a name only, and CloudFormation wants a reason.
      return error.message || `${error.name}; the log of the provider function says more.`;
  }
}
