/**
 * The process that a bundle runs in. Takes `{file, timeout, event}` on standard input, and reports on descriptor 3
 * when the handler starts and how it ends. It then just ends, unless the bundle has left something open.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

const report = (message: object) => writeSync(3, `${JSON.stringify(message)}\n`);

const { file, timeout, event } = z
  .object({ file: z.string(), timeout: z.number(), event: z.unknown() })
  .parse(JSON.parse(readFileSync(0, 'utf8')));

const { handler } = z
  .object({
    handler: z.custom<(event: unknown, context: object) => unknown>((it) => typeof it === 'function'),
  })
  .parse({ handler: createRequire(import.meta.url)(file).handler });

const start = Date.now();
report({ at: 'start' });
const requestId = randomUUID();
try {
  const result = await handler(event, {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${process.env.AWS_REGION}:000000000000:function:okta-cognito-idp`,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: '/aws/lambda/okta-cognito-idp',
    logStreamName: requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, start + timeout - Date.now()),
  });
  report({ at: 'return', took: Date.now() - start, result });
} catch (error) {
  // As the Lambda runtime does: the error, with its stack, goes to the log.
  console.error(error);
  report({ at: 'throw', took: Date.now() - start, result: String(error) });
}
