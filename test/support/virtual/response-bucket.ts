import { randomBytes, randomUUID } from 'node:crypto';
import type { ResponseUrl } from '../response-url.ts';
import type { Destination } from './network.ts';

const host = 'cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com';

/** The bucket that CloudFormation's ResponseURLs point at, at its host on AWS and as strict as S3. */
export class VirtualBucket implements Destination {
  readonly #urls = new Map<string, ResponseUrl>();

  open(): ResponseUrl {
    const path = `/${randomUUID()}`;
    const signature = randomBytes(24).toString('base64url');
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Date': new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ''),
      'X-Amz-Expires': '7200',
      'X-Amz-Signature': signature,
    });
    const url = { href: `https://${host}${path}?${query}`, signature, stored: [], attempts: [] };
    this.#urls.set(path, url);
    return url;
  }

  readonly serves = (url: URL) => url.hostname === host;

  readonly asks = () => ({ service: 'CloudFormation', operation: 'PUT answer' }) as const;

  readonly answer: Destination['answer'] = async ({ method, url, headers, body }) => {
    const target = this.#urls.get(url.pathname);
    const signed = target !== undefined && url.searchParams.get('X-Amz-Signature') === target.signature;
    const status =
      method !== 'PUT'
        ? 405
        : !signed || headers['content-type']
          ? 403
          : !headers['content-length']
            ? 411
            : 200;
    target?.attempts.push(status);
    if (status === 200) target?.stored.push(body.toString());
    return { status };
  };

  /** Forgets the addresses so far, which thousands of runs would pile up. */
  clear(): void {
    this.#urls.clear();
  }
}
