import { IncomingMessage } from 'node:http';

/** More than any request to Okta needs; a logo may have 1 MB. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * @returns the whole body of a request
 * @throws Error if it is longer than anything that Okta takes
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MOST_BYTES) throw new Error('The request is too long.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/**
 * Makes a request whose body can be read again: the front reads each body to record the call and to tell the grants of
 * the token endpoint apart, and oidc-provider wants to read it from the stream.
 */
export function replay(request: IncomingMessage, body: Buffer): IncomingMessage {
  const copy = new IncomingMessage(request.socket);
  copy.method = request.method;
  copy.url = request.url;
  copy.headers = request.headers;
  copy.rawHeaders = request.rawHeaders;
  copy.httpVersion = request.httpVersion;
  // An incomplete message takes its socket along when it is destroyed.
  copy.complete = true;
  copy.push(body.length > 0 ? body : null);
  if (body.length > 0) copy.push(null);
  return copy;
}
