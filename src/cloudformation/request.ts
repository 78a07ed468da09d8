import * as z from 'zod/mini';
import { Secret } from '../secret.ts';

const filled = z.string().check(z.minLength(1));
/** No ID of an event is longer, in characters: the journal keeps them. CloudFormation takes 1 KB as a physical ID. */
const longestId = 1_024;
const someId = z.string().check(z.minLength(1), z.maxLength(longestId));
const properties = z.record(z.string(), z.unknown());

/**
 * A custom-resource request as CloudFormation sends it.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
const requestSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  RequestId: someId,
  StackId: someId.check(z.regex(/^arn:[^:]+:cloudformation:[^:]*:[^:]*:stack\/[^/]+\/.+$/)),
  LogicalResourceId: someId,
  ResourceType: filled,
  ResponseURL: filled,
  PhysicalResourceId: z.optional(someId),
  ResourceProperties: properties,
  OldResourceProperties: z.optional(properties),
});

interface RequestOrigin {
  readonly requestId: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalResourceId: string;
  /** When CloudFormation sent it, in milliseconds since the epoch, if its address says so. */
  readonly issuedAt: number | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What CloudFormation asks for; `Update` and `Delete` name the resource that is there. */
export type CustomResourceRequest =
  | (RequestOrigin & { readonly requestType: 'Create' })
  | (RequestOrigin & {
      readonly requestType: 'Update';
      readonly physicalResourceId: string;
      readonly oldProperties: Readonly<Record<string, unknown>>;
    })
  | (RequestOrigin & { readonly requestType: 'Delete'; readonly physicalResourceId: string });

/** The part of an event that is needed to answer it. The rest may be malformed. */
export interface ReturnAddress {
  /** A presigned URL: its holder can answer in our place. */
  readonly responseUrl: Secret;
  readonly requestId: string;
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly physicalResourceId: string | undefined;
}

/** An event that is not a custom-resource request. Its message names what is wrong. */
export class MalformedRequestError extends Error {
  override readonly name = 'MalformedRequestError';
}

const orUnknown = z.catch(someId, 'unknown');
const addressSchema = z.looseObject({
  ResponseURL: filled,
  RequestId: orUnknown,
  StackId: orUnknown,
  LogicalResourceId: orUnknown,
  PhysicalResourceId: z.catch(z.optional(someId), undefined),
});

/**
 * Finds the address for the answer, even if the rest of the event is wrong.
 * @param event the Lambda event, untrusted.
 * @returns the address, or `undefined` if the event has no `ResponseURL`.
 */
export function returnAddressOf(event: unknown): ReturnAddress | undefined {
  const parsed = addressSchema.safeParse(event);
  if (!parsed.success) return undefined;
  return {
    responseUrl: new Secret(parsed.data.ResponseURL, false),
    requestId: parsed.data.RequestId,
    stackId: parsed.data.StackId,
    logicalResourceId: parsed.data.LogicalResourceId,
    physicalResourceId: parsed.data.PhysicalResourceId,
  };
}

/**
 * Reads a custom-resource request.
 * @param event the Lambda event, untrusted.
 * @param now the time, in milliseconds since the epoch.
 * @returns the request.
 * @throws MalformedRequestError if the event is not one that CloudFormation sends.
 */
export function parseRequest(event: unknown, now = Date.now()): CustomResourceRequest {
  const parsed = requestSchema.safeParse(event);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => issue.path[0] ?? 'the event itself'))];
    throw new MalformedRequestError(
      `This is not a CloudFormation custom-resource event: check ${names.map(String).join(', ')}.`,
    );
  }
  const { data } = parsed;
  const issuedAt = signedAt(data.ResponseURL);
  const origin: RequestOrigin = {
    requestId: data.RequestId,
    stackId: data.StackId,
    stackName: data.StackId.split('/')[1] ?? data.StackId,
    logicalResourceId: data.LogicalResourceId,
    // A later date would make the events that follow look late.
    issuedAt: issuedAt === undefined ? undefined : Math.min(issuedAt, now),
    properties: data.ResourceProperties,
  };
  if (data.RequestType === 'Create') return { ...origin, requestType: 'Create' };
  if (data.PhysicalResourceId === undefined) {
    throw new MalformedRequestError(
      `This ${data.RequestType} event has no PhysicalResourceId. Only CloudFormation may send events: deploy a stack.`,
    );
  }
  const physicalResourceId = data.PhysicalResourceId;
  if (data.RequestType === 'Delete') return { ...origin, requestType: 'Delete', physicalResourceId };
  if (data.OldResourceProperties === undefined) {
    throw new MalformedRequestError(
      'This Update event has no OldResourceProperties. Only CloudFormation may send events: deploy a stack.',
    );
  }
  return { ...origin, requestType: 'Update', physicalResourceId, oldProperties: data.OldResourceProperties };
}

/**
 * When CloudFormation sent an event, in milliseconds since the epoch: when it signed its address.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function signedAt(responseUrl: string): number | undefined {
  const date = URL.parse(responseUrl)?.searchParams.get('X-Amz-Date') ?? '';
  const [, day, time] = /^(\d{8})T(\d{6})Z$/.exec(date) ?? [];
  if (day === undefined || time === undefined) return undefined;
  const iso = `${day.replace(/(....)(..)/, '$1-$2-')}T${time.replace(/(..)(..)/, '$1:$2:')}Z`;
  const at = Date.parse(iso);
  return Number.isNaN(at) ? undefined : at;
}
