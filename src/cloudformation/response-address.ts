import { isLoopback } from '../loopback.ts';
import { type ReturnAddress, signedAt } from './request.ts';

/** The rule that an address breaks; for a metric. */
export type AddressRule = 'Provider framework' | 'host' | 'path' | 'date';

/** Why no answer goes to an address. The sentence holds no part of it: a real address is a credential. */
export interface RefusedAddress {
  readonly rule: AddressRule;
  readonly reason: string;
}

// A clock may be a little ahead of another. Later dates would make every event after this one look old.
const mostAheadMs = 5 * 60_000;
/** How long an address that CloudFormation signs is valid. */
const validForMs = 2 * 60 * 60_000;

/** @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const domains: Readonly<Record<string, string>> = {
  aws: 'amazonaws.com',
  'aws-us-gov': 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-eusc': 'amazonaws.eu',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-iso-e': 'cloud.adc-e.uk',
  'aws-iso-f': 'csp.hci.ic.gov',
};

/**
 * Says why an event's answer must not go to its `ResponseURL`. CloudFormation's own addresses are in its bucket of the
 * stack's region, at the path `<stack ID>|<logical ID>|<request ID>`, and signed at most minutes ago or ahead.
 *
 * @param address what the event says of itself, untrusted.
 * @param now the time, in milliseconds since the epoch.
 * @param awsEndpointUrl `AWS_ENDPOINT_URL`, which Lambda itself never sets: if it is on loopback, the bucket may be too.
 * @returns `undefined` if the answer may go there.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html (the bucket's name)
 */
export function whyNotAnswerTo(
  address: ReturnAddress,
  now: number,
  awsEndpointUrl: string | undefined,
): RefusedAddress | undefined {
  const text = address.responseUrl.reveal();
  if (isProviderFrameworkUrl(text)) {
    return refused(
      'Provider framework',
      "The event comes from CDK's Provider framework, which sends no ResponseURL: name this function's ARN as ServiceToken itself, without a Provider construct.",
    );
  }
  const url = URL.parse(text);
  if (!url || !isBucket(url, address.stackId, awsEndpointUrl)) {
    return refused(
      'host',
      "The event's ResponseURL is not in CloudFormation's response bucket of the stack's region: only CloudFormation may send events.",
    );
  }
  if (objectOf(url) !== `${address.stackId}|${address.logicalResourceId}|${address.requestId}`) {
    return refused(
      'path',
      "The event's ResponseURL belongs to another request than the event names: only CloudFormation may send events.",
    );
  }
  const signed = whenSigned(url, isLoopback(url.hostname));
  if (signed === undefined || signed > now + mostAheadMs) {
    return refused(
      'date',
      "The event's ResponseURL was not signed at a date that is possible: only CloudFormation may send events.",
    );
  }
  return undefined;
}

/**
 * Whether this is what CDK's Provider framework writes for the address: it answers CloudFormation itself.
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html
 */
export function isProviderFrameworkUrl(responseUrl: string): boolean {
  return responseUrl === '...';
}

const refused = (rule: AddressRule, reason: string): RefusedAddress => ({ rule, reason });

function isBucket(url: URL, stackId: string, awsEndpointUrl: string | undefined): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (isLoopback(url.hostname)) {
    const endpoint = URL.parse(awsEndpointUrl ?? '');
    return endpoint !== null && isLoopback(endpoint.hostname);
  }
  return url.protocol === 'https:' && url.port === '' && bucketHosts(stackId).includes(url.hostname);
}

/** The bucket's host in the three ways that S3 writes one. `us-west-2` is `uswest2` in the bucket's name. */
function bucketHosts(stackId: string): readonly string[] {
  const [, partition = '', , region = ''] = stackId.split(':');
  const domain = domains[partition];
  if (domain === undefined || !/^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(region)) return [];
  const bucket = `cloudformation-custom-resource-response-${region.replaceAll('-', '')}`;
  const hosts = [`${bucket}.s3.${region}.${domain}`, `${bucket}.s3-${region}.${domain}`];
  return region === 'us-east-1' ? [...hosts, `${bucket}.s3.${domain}`] : hosts;
}

function objectOf({ pathname }: URL): string | undefined {
  try {
    return decodeURIComponent(pathname.slice(1));
  } catch {
    return undefined;
  }
}

/** In milliseconds since the epoch. Signature version 2, which older regions had, says only when it expires. */
function whenSigned(url: URL, mustHaveDate: boolean): number | undefined {
  const query = url.searchParams;
  if (mustHaveDate || query.has('X-Amz-Date')) return signedAt(url.href);
  const expires = query.get('Expires') ?? '';
  return /^\d{1,12}$/.test(expires) ? Number(expires) * 1000 - validForMs : undefined;
}
