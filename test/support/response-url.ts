import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** One event's ResponseURL, and what came to it. */
export interface ResponseUrl {
  readonly href: string;
  /** The signature in its query: a credential, which must turn up nowhere. */
  readonly signature: string;
  /** Bodies that were stored, in order; more than one only if the answer was repeated. */
  readonly stored: string[];
  /** Every PUT's outcome: an HTTP status, or `reset`. */
  readonly attempts: (number | 'reset')[];
}

/** How the next PUTs fail: an HTTP status or a broken connection, before or after the answer is stored. */
export type AnswerFault = number | 'reset' | 'reset-after';

/** The request that a ResponseURL is for; what a malformed event lacks is made up. */
export interface RequestName {
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly RequestId: string;
}

/** The object that CloudFormation's ResponseURLs name, as AWS writes it: the slashes of the stack's ID stay. */
export function objectPath(request?: RequestName): string {
  const { StackId, LogicalResourceId, RequestId } = request ?? {
    StackId: `arn:aws:cloudformation:us-east-1:000000000000:stack/unknown/${randomUUID()}`,
    LogicalResourceId: 'Unknown',
    RequestId: randomUUID(),
  };
  return `/${encodeURIComponent(`${StackId}|${LogicalResourceId}|${RequestId}`).replaceAll('%2F', '/')}`;
}

/** The query of a URL that was signed just now, and its signature. */
export function signedQuery(): { readonly query: string; readonly signature: string } {
  const signature = randomBytes(24).toString('base64url');
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ''),
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Expires': '7200',
    'X-Amz-Signature': signature,
  });
  return { query: String(query), signature };
}

export interface ResponseBucket extends AsyncDisposable {
  /** @param request which the URL is for. */
  open(request?: RequestName): ResponseUrl;
  /** Plans what goes wrong with the next PUTs, one entry for each. */
  fail(...faults: AnswerFault[]): void;
}

/**
 * Starts the bucket that CloudFormation's ResponseURLs point at. As strict as S3 is with a URL that CloudFormation
 * has signed: a PUT with a Content-Length, and without a content type, which the signature does not cover.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/PresignedUrlUploadObject.html
 */
export async function startResponseBucket(): Promise<ResponseBucket> {
  const urls = new Map<string, ResponseUrl>();
  const faults: AnswerFault[] = [];

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { searchParams } = new URL(request.url ?? '/', 'http://bucket');
    const target = urls.get(searchParams.get('X-Amz-Signature') ?? '');
    const refusal = refusalOf(request, target);
    const fault = refusal === undefined && target !== undefined ? faults.shift() : undefined;
    if (refusal === undefined && (fault === undefined || fault === 'reset-after')) target?.stored.push(body);
    if (fault === 'reset' || fault === 'reset-after') {
      target?.attempts.push('reset');
      request.socket.destroy();
      return;
    }
    const status = refusal ?? fault ?? 200;
    target?.attempts.push(status);
    response.writeHead(status).end();
  }

  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The bucket listens on no port.');

  return {
    open(request) {
      const { query, signature } = signedQuery();
      const href = `http://127.0.0.1:${address.port}${objectPath(request)}?${query}`;
      const url: ResponseUrl = { href, signature, stored: [], attempts: [] };
      urls.set(signature, url);
      return url;
    },
    fail: (...planned) => void faults.push(...planned),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function refusalOf(request: IncomingMessage, target: ResponseUrl | undefined) {
  if (request.method !== 'PUT') return 405;
  // The signature covers the path and the date.
  if (target === undefined || !target.href.endsWith(`${request.url}`)) return 403;
  if ((request.headers['content-type'] ?? '') !== '') return 403;
  if (request.headers['content-length'] === undefined) return 411;
  return undefined;
}
