import { objectPath, type RequestName, type ResponseUrl, signedQuery } from '../response-url.ts';
import type { Destination } from './network.ts';

const host = 'cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com';

/** The bucket that CloudFormation's ResponseURLs point at, at its host on AWS and as strict as S3. */
export class VirtualBucket implements Destination {
  readonly #urls = new Map<string, ResponseUrl>();

  /** @param request which the URL is for. */
  open(request?: RequestName): ResponseUrl {
    const { query, signature } = signedQuery();
    const url = {
      href: `https://${host}${objectPath(request)}?${query}`,
      signature,
      stored: [],
      attempts: [],
    };
    this.#urls.set(signature, url);
    return url;
  }

  readonly serves = (url: URL) => url.hostname === host;

  readonly asks = () => ({ service: 'CloudFormation', operation: 'PUT answer' }) as const;

  readonly answer: Destination['answer'] = async ({ method, url, headers, body }) => {
    const target = this.#urls.get(url.searchParams.get('X-Amz-Signature') ?? '');
    // The signature covers the path and the date.
    const signed = target !== undefined && new URL(target.href).href === url.href;
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
