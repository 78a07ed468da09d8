import { randomBytes } from 'node:crypto';
import * as promises from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type HttpRequest, NoHttpAnswerError, type send } from '../../../src/http.ts';
import { createAppClient } from '../cognito-fake/app-clients.ts';
import { CognitoError } from '../cognito-fake/errors.ts';
import { cognitoOperations } from '../cognito-fake/operations.ts';
import { type CognitoState, emptyState } from '../cognito-fake/state.ts';
import { createUserPool } from '../cognito-fake/user-pools.ts';
import { PlayedStacks } from '../played-stacks.ts';
import { cloudFormationApi } from '../virtual/cloudformation.ts';
import { type OktaStub, startOktaStub } from './okta-stub.ts';

/** One request that left the provider, and its body if it is text. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

/** The provider in this process, and a world without sockets that records each request that is meant to leave. */
export interface World {
  readonly userPoolId: string;
  readonly userPoolClientId: string;
  readonly okta: OktaStub;
  readonly cognito: CognitoState;
  /** What CloudFormation shows of the stacks whose events are sent. */
  readonly stacks: PlayedStacks;
  /** Hosts that the configuration names: AWS in this region, the Okta org, the pool's domain. */
  readonly hosts: ReadonlySet<string>;
  /** Sends an event as Lambda does; gives what left because of it, and what was logged. */
  handle(event: unknown, by?: Handler): Promise<{ outgoing: Outgoing[]; log: string }>;
}

/** Which of the two functions is meant. */
export type Handler = 'provider' | 'failsafe';

interface AwsRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const region = 'us-east-1';
const secretArn = `arn:aws:secretsmanager:${region}:000000000000:secret:okta`;

export const responseHost = 'cloudformation-custom-resource-response-useast1.s3.amazonaws.com';

/** Replaces the network by the world and loads the provider in it. Once in a process. */
export async function startWorld(): Promise<World> {
  Object.assign(process.env, {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'no-one',
    AWS_SECRET_ACCESS_KEY: randomBytes(16).toString('hex'),
    OKTA_SECRET_ARN: secretArn,
    JOURNAL_TABLE: 'leases',
    PROVIDER_STACK: 'provider-of-this-world',
  });
  delete process.env.AWS_ENDPOINT_URL;
  const state = emptyState();
  const pool = createUserPool(state, { prefix: 'people' });
  const appClient = createAppClient(state, pool);
  const poolHost = `people.auth.${region}.amazoncognito.com`;
  const okta = startOktaStub('https://acme.okta.com', `https://${poolHost}`);
  const cognito = cognitoOperations(state, {
    accountId: '000000000000',
    discover: async () => ({}),
    updateTakes: () => 0,
  });
  const outgoing: Outgoing[] = [];
  const stacks = new PlayedStacks();
  const cloudFormation = cloudFormationApi(stacks);

  async function aws(request: AwsRequest): Promise<{ status: number; body: unknown }> {
    const [service = '', operation = ''] = (request.headers['x-amz-target'] ?? '').split('.');
    const input = service ? JSON.parse(textOf(request.body)) : {};
    switch (service) {
      // Every lease is free, and no event was answered before.
      case 'DynamoDB_20120810':
        return { status: 200, body: {} };
      case 'secretsmanager':
        return input.SecretId === secretArn
          ? {
              status: 200,
              body: { SecretString: JSON.stringify({ orgUrl: okta.url, apiToken: okta.apiToken }) },
            }
          : { status: 400, body: { __type: 'AccessDeniedException', message: 'Not authorized.' } };
      case 'AWSCognitoIdentityProviderService':
        try {
          return { status: 200, body: await cognito[operation]?.(input, regionOf(request)) };
        } catch (error) {
          if (!(error instanceof CognitoError)) throw error;
          return { status: error.status, body: { __type: error.code, message: error.message } };
        }
      default:
        return { status: 403, body: { __type: 'AccessDenied', message: 'Not authorized.' } };
    }
  }

  // All clients of the AWS SDK share one kind of handler; this takes the place of its sockets.
  Object.assign(Object.getPrototypeOf(new DynamoDBClient({ region }).config.requestHandler), {
    async handle(request: AwsRequest) {
      const url = new URL(`${request.protocol}//${request.hostname}${request.path}`);
      outgoing.push({ method: request.method, url, body: textOf(request.body) });
      if (cloudFormation.serves(url)) {
        const { status, body = '' } = await cloudFormation.answer({
          method: request.method,
          url,
          headers: request.headers,
          body: Buffer.from(textOf(request.body)),
        });
        return { response: { statusCode: status, headers: {}, body: Buffer.from(body) } };
      }
      const reply = await aws(request);
      return {
        response: { statusCode: reply.status, headers: {}, body: Buffer.from(JSON.stringify(reply.body)) },
      };
    },
  });
  const answerTo = ({ method = 'GET', url, body = '' }: HttpRequest): Response => {
    outgoing.push({ method, url, body });
    if (url.hostname === responseHost) return new Response(null);
    if (url.origin === okta.url) return okta.answer(url, method, body);
    if (url.hostname === poolHost) return okta.signIn(url);
    throw new NoHttpAnswerError(new Error('No server answers here.'), false);
  };
  const http: { NoHttpAnswerError: typeof NoHttpAnswerError; send: typeof send } = {
    NoHttpAnswerError,
    async send(request) {
      const response = answerTo(request);
      const { status, headers } = response;
      return { status, headers: Object.fromEntries(headers), body: await response.text() };
    },
  };
  jest.doMock('../../../src/http.ts', () => http);
  // A refusal waits for what CloudFormation may show late. Nothing is late here.
  jest.doMock('node:timers/promises', () => ({
    setTimeout: <T>(_ms: number, value: T, options: object) => promises.setTimeout(1, value, options),
  }));

  const handlers = {
    provider: (await import('../../../src/provider.ts')).handler,
    failsafe: (await import('../../../src/failsafe.ts')).handler,
  };
  return {
    userPoolId: pool.id,
    userPoolClientId: appClient.id,
    okta,
    cognito: state,
    stacks,
    hosts: new Set([
      `dynamodb.${region}.amazonaws.com`,
      `secretsmanager.${region}.amazonaws.com`,
      `cognito-idp.${region}.amazonaws.com`,
      `sts.${region}.amazonaws.com`,
      `cloudformation.${region}.amazonaws.com`,
      new URL(okta.url).hostname,
      poolHost,
      responseHost,
    ]),
    async handle(event, by = 'provider') {
      outgoing.length = 0;
      let log = '';
      const stdout = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
        log += chunk;
        return true;
      });
      const stderr = jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
        log += chunk;
        return true;
      });
      try {
        await handlers[by](event, {
          getRemainingTimeInMillis: () => 60_000,
          invokedFunctionArn: `arn:aws:lambda:${region}:000000000000:function:provider`,
        });
      } finally {
        stdout.mockRestore();
        stderr.mockRestore();
      }
      return { outgoing: [...outgoing], log };
    },
  };
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body ?? '');
}

/** The region in the request's signature. */
function regionOf({ headers }: AwsRequest): string {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
}
