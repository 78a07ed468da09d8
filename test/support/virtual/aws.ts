import { z } from 'zod';
import { CognitoError } from '../cognito-fake/errors.ts';
import type { Faults as Throttles } from '../cognito-fake/faults.ts';
import type { cognitoOperations } from '../cognito-fake/operations.ts';
import { AwsRefusal, getItem, type LeaseItems, scan, updateItem } from './lease-items.ts';
import type { Asked, Destination, OutgoingRequest, Reply, Service } from './network.ts';
import type { VirtualQueue } from './queue.ts';

const services: Readonly<Record<string, Service>> = {
  'cognito-idp': 'Cognito',
  secretsmanager: 'Secrets Manager',
  dynamodb: 'DynamoDB',
  sqs: 'SQS',
};

export interface AwsState {
  readonly cognito: ReturnType<typeof cognitoOperations>;
  readonly leases: LeaseItems;
  /** The watch's queue. */
  readonly queue: VirtualQueue;
  /** What the Okta secret of an ARN or a name holds. */
  readonly oktaSecret: (secretId: string) => string;
  readonly throttles: Throttles;
}

/** The AWS APIs that the provider calls, at AWS's own host names. All speak AWS JSON, 1.0 or 1.1. */
export function awsApis(state: AwsState): Destination {
  return {
    serves: ({ hostname }) => hostname.endsWith('.amazonaws.com') && serviceOf(hostname) !== undefined,
    asks: (request) => asked(request),
    async answer(request) {
      const { operation } = asked(request);
      const [, , region = ''] = /^([^.]+)(\.)([^.]+)/.exec(request.url.hostname)?.slice(1) ?? [];
      const throttled = state.throttles.next(operation);
      if (throttled?.type === 'error') return refusal(throttled.code, throttled.message ?? 'Rate exceeded');
      const input: unknown = JSON.parse(request.body.toString());
      try {
        return json(200, await perform(state, operation, input, region));
      } catch (error) {
        if (error instanceof CognitoError) return refusal(error.code, error.message, error.status);
        if (error instanceof AwsRefusal) return refusal(error.code, error.message);
        throw error;
      }
    },
  };
}

/** An error answer, as AWS JSON writes it. */
export function refusal(code: string, message: string, status = 400): Reply {
  return {
    ...json(status, { __type: code, message }),
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
  };
}

const json = (status: number, body: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});

function serviceOf(hostname: string): Service | undefined {
  return services[hostname.split('.')[0] ?? ''];
}

function asked(request: OutgoingRequest): Asked {
  const service = serviceOf(request.url.hostname);
  const operation = (request.headers['x-amz-target'] ?? '').split('.')[1];
  if (!service || !operation || !request.headers.authorization) {
    throw new Error(`An AWS request without a target or a signature, to ${request.url.hostname}.`);
  }
  return { service, operation: operation === 'UpdateItem' ? leaseCall(request) : operation };
}

/** The lease's three calls are all UpdateItem. */
function leaseCall(request: OutgoingRequest): string {
  const text = request.body.toString();
  if (text.includes('attribute_not_exists')) return 'UpdateItem (acquire)';
  return text.includes('REMOVE holder') ? 'UpdateItem (release)' : 'UpdateItem (renew)';
}

const secretInput = z.strictObject({ SecretId: z.string().min(1) });

async function perform(state: AwsState, operation: string, input: unknown, region: string): Promise<unknown> {
  if (operation === 'GetSecretValue') {
    const { SecretId } = secretInput.parse(input);
    return { ARN: SecretId, Name: SecretId, SecretString: state.oktaSecret(SecretId) };
  }
  if (operation.startsWith('UpdateItem')) return updateItem(state.leases, input);
  if (operation === 'GetItem') return getItem(state.leases, input);
  if (operation === 'Scan') return scan(state.leases, input);
  if (operation === 'SendMessageBatch') return state.queue.sendBatch(input);
  const run = state.cognito[operation];
  if (!run) throw new CognitoError('UnknownOperationException', `No operation ${operation}.`);
  return run(input, region);
}
