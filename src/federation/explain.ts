import type { Allotment } from '../cloudformation/deadline.ts';
import { LeaseNotHadError } from '../lease/lease.ts';
import { redact } from '../secret.ts';
import { NotRestoredError } from './give-back.ts';

/**
 * The failure for the person who deployed: a sentence, no stack trace. The whole error is for the log.
 * @param time what the failed work had.
 * @param doing what it was doing, if the time ran out.
 */
export function explain(error: unknown, time: Allotment, doing: string): string {
  // AWS quotes the input that it refuses, and a client secret may be part of it.
  return redact(sentence(error, time, doing));
}

function sentence(thrown: unknown, time: Allotment, doing: string): string {
  const error = thrown instanceof NotRestoredError ? thrown.cause : thrown;
  const stopped = time.signal.reason;
  if (stopped instanceof LeaseNotHadError) return `${stopped.message} Deploy again.`;
  if (time.signal.aborted) {
    return `The provider ran out of time while it was ${doing}; deploy again, and raise ServiceTimeout if the template sets one.`;
  }
  if (!(error instanceof Error))
    return 'The provider failed for an unknown reason. Read the log of the provider function, then deploy again.';
  switch (error.name) {
    case 'AccessDeniedException': {
      const denied = error.message.replace(/\.$/, '');
      return isAboutUserPool(error)
        ? `${denied}. Add the ARN of the user pool to UserPoolArns of the provider stack. If RoleArn names a role, allow the action in that role.`
        : `${denied}. Allow the action in the provider's role. If RoleArn names a role, allow the action in that role.`;
    }
    case 'TooManyRequestsException':
    case 'ThrottlingException':
      return `AWS throttled the provider until its time was up; deploy again. (${error.message})`;
    // Its message quotes what could not be parsed.
    case 'SyntaxError':
      return 'Okta or AWS sent an answer that is not valid JSON. Read the log of the provider function, then deploy again.';
    default:
      // Node's own errors for a host with several addresses have a name only, and CloudFormation wants a reason.
      return (
        error.message ||
        `The provider failed with ${error.name}. Read the log of the provider function, then deploy again.`
      );
  }
}

/** Some actions are about no user pool, such as DescribeUserPoolDomain. */
function isAboutUserPool({ message }: Error): boolean {
  return /\barn:[\w-]+:cognito-idp:[^ ]*:userpool\//.test(message);
}
