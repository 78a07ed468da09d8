import { Logger } from '@aws-lambda-powertools/logger';
import type { ReturnAddress } from './cloudformation/request.ts';
import { redact } from './secret.ts';
import { version } from './version.ts';

/** The structured log of a function, as JSON lines. It removes secrets from everything that is written to it. */
export interface Log {
  /** Every line from here on is about this event, and no longer about the one before. */
  about(address: ReturnAddress | undefined): void;
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, error: unknown): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** @param serviceName by which the lines of this function are found. */
export function openLog(serviceName: string): Log {
  const logger = new Logger({
    serviceName,
    persistentKeys: { version },
    jsonReplacerFn: (_, value) => (typeof value === 'string' ? redact(value) : value),
  });
  return {
    about(address) {
      logger.resetKeys();
      if (!address) return;
      const { stackId, logicalResourceId, requestId } = address;
      logger.appendKeys({ stackId, logicalResourceId, requestId });
    },
    info: (message, details = {}) => logger.info(message, details),
    warn: (message, error) => logger.warn(message, { error: describe(error) }),
    error: (message, details = {}) => logger.error(message, details),
  };
}

/** An error, as the log has it. */
interface Described {
  readonly name: string;
  readonly message: string;
  /** The place that threw it. */
  readonly stack: readonly string[];
  /** The ID by which AWS finds the call. */
  readonly awsRequestId?: string;
  readonly cause?: Described;
}

const deepestCause = 5;

/**
 * What of an error is fit for the log. SDKs hang requests, headers and answers on to theirs: nothing is taken over that
 * is not named here.
 */
export function describe(error: unknown, depth = 0): Described {
  if (!(error instanceof Error)) return { name: 'not an error', message: typeof error, stack: [] };
  const { name, message, stack = '', cause } = error;
  const awsRequestId = requestIdOf(error);
  return {
    name,
    // V8 quotes the text that it could not parse, and that may be the Okta secret or a token.
    message: error instanceof SyntaxError ? 'what came could not be parsed' : message,
    // The message is a stack's first lines.
    stack: stack.split('\n').flatMap((line) => /^\s+at .*/.exec(line)?.[0].trim() ?? []),
    ...(awsRequestId === undefined ? {} : { awsRequestId }),
    ...(cause === undefined || depth >= deepestCause ? {} : { cause: describe(cause, depth + 1) }),
  };
}

function requestIdOf(error: Error): string | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  return metadata && typeof metadata === 'object' && 'requestId' in metadata
    ? String(metadata.requestId)
    : undefined;
}
