import { z } from 'zod';
import { CognitoError } from '../cognito-fake/errors.ts';
import type { Faults as Throttles } from '../cognito-fake/faults.ts';
import type { cognitoOperations } from '../cognito-fake/operations.ts';
import {
  AwsRefusal,
  deleteItem,
  getItem,
  type LeaseItems,
  putItem,
  scan,
  updateItem,
} from './lease-items.ts';
import type { Asked, Destination, OutgoingRequest, Reply, Service } from './network.ts';
import type { VirtualQueue } from './queue.ts';

const services: Readonly<Record<string, Service>> = {
  'cognito-idp': 'Cognito',
  secretsmanager: 'Secrets Manager',
  dynamodb: 'DynamoDB',
  ssm: 'SSM',
  sqs: 'SQS',
};

export interface AwsState {
  readonly cognito: ReturnType<typeof cognitoOperations>;
  readonly leases: LeaseItems;
  /** The watch's queue. */
  readonly queue: VirtualQueue;
  /** What the Okta secret of an ARN or a name holds. */
  readonly oktaSecret: (secretId: string) => string;
  /** SSM parameters, by name. */
  readonly parameters: ReadonlyMap<string, string>;
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
        if (error instanceof AwsRefusal) return refusal(error.code, error.message, 400, error.item);
        throw error;
      }
    },
  };
}

/** An error answer, as AWS JSON writes it. */
export function refusal(code: string, message: string, status = 400, Item?: object): Reply {
  return {
    ...json(status, { __type: code, message, ...(Item && { Item }) }),
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

/** The calls of a lease and its journal are all UpdateItem. */
function leaseCall(request: OutgoingRequest): string {
  const text = request.body.toString();
  if (text.includes('attribute_not_exists')) return 'UpdateItem (acquire)';
  if (text.includes('REMOVE holder')) return 'UpdateItem (release)';
  return text.includes('"SET expiresAt = ') ? 'UpdateItem (renew)' : 'UpdateItem (keep)';
}

const parameterInput = z.strictObject({
  Name: z.string().min(1),
  WithDecryption: z.boolean().optional(),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
function parameter({ parameters }: AwsState, input: unknown): object {
  const { Name } = parameterInput.parse(input);
  const Value = parameters.get(Name);
  if (Value === undefined) throw new AwsRefusal('ParameterNotFound', `Parameter ${Name} not found.`);
  return { Name, Value, Type: 'String', Version: 1, DataType: 'text' };
}

const secretInput = z.strictObject({ SecretId: z.string().min(1) });

async function perform(state: AwsState, operation: string, input: unknown, region: string): Promise<unknown> {
  if (operation === 'GetSecretValue') {
    const { SecretId } = secretInput.parse(input);
    return { ARN: SecretId, Name: SecretId, SecretString: state.oktaSecret(SecretId) };
  }
  if (operation === 'GetParameter') return { Parameter: parameter(state, input) };
  if (operation.startsWith('UpdateItem')) return updateItem(state.leases, input);
  if (operation === 'GetItem') return getItem(state.leases, input);
  if (operation === 'PutItem') return putItem(state.leases, input);
  if (operation === 'DeleteItem') return deleteItem(state.leases, input);
  if (operation === 'Scan') return scan(state.leases, input);
  if (operation === 'SendMessageBatch') return state.queue.sendBatch(input);
  const run = state.cognito[operation];
  if (!run) throw new CognitoError('UnknownOperationException', `No operation ${operation}.`);
  return run(input, region);
}
