import { buffer } from 'node:stream/consumers';
import type {
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod/mini';

/**
 * The SDK drops what its models do not know, from what it reads and from what it sends. A setting of app clients that AWS
 * adds after this was built would be read without it and written without it, and UpdateUserPoolClient would reset it.
 * Cognito speaks plain JSON, and here it passes as it is.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */

const described = z.object({ UserPoolClient: z.optional(z.record(z.string(), z.unknown())) });

/** Has a description hold every field that Cognito gave. Dates are numbers then, as they came. */
export function reading(command: DescribeUserPoolClientCommand): DescribeUserPoolClientCommand {
  let text: string | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      // Never less than what the SDK makes of it.
      if (text === undefined) return result;
      const { UserPoolClient } = described.parse(JSON.parse(text));
      return { ...result, output: Object.assign(result.output, { UserPoolClient }) };
    },
    { step: 'initialize', name: 'takeWhole' },
  );
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (hasBody(response)) {
        const bytes = await bytesOf(response.body);
        text = bytes.toString();
        response.body = bytes;
      }
      return result;
    },
    // Nearer to the wire than the SDK's own reading, which uses the stream up.
    { step: 'deserialize', priority: 'low', name: 'keepWhole' },
  );
  return command;
}

/** Has an update send its input whole. */
export function writing(command: UpdateUserPoolClientCommand): UpdateUserPoolClientCommand {
  command.middlewareStack.add(
    (next) => (args) => {
      if (hasBody(args.request)) args.request.body = JSON.stringify(args.input);
      return next(args);
    },
    // After the SDK's own writing, before the length is counted and the request signed.
    { step: 'serialize', priority: 'low', name: 'sendWhole' },
  );
  return command;
}

function hasBody(message: unknown): message is { body: unknown } {
  return typeof message === 'object' && message !== null && 'body' in message;
}

/** An HTTP handler gives a stream, or the bytes themselves. */
async function bytesOf(body: unknown): Promise<Buffer> {
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (isStream(body)) return buffer(body);
  throw new Error('Cognito gave an answer that is neither a stream nor bytes.');
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
