import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { bundleOf } from './bundles.ts';
import { Stack } from './cloudformation.ts';
import { type CognitoFake, startCognitoFake } from './cognito-fake/server.ts';
import type { Invoke } from './invocation.ts';
import { bundle } from './lambda-process.ts';
import { type LocalOkta, startLocalOkta } from './local-okta.ts';
import { startPoolDomains } from './pool-domains.ts';
import { type ResponseBucket, startResponseBucket } from './response-url.ts';

/** All that the shipped bundle meets: a strict Cognito, an Okta org, the local AWS for the rest, and CloudFormation. */
export interface Surroundings extends AsyncDisposable {
  readonly cognito: CognitoFake;
  readonly okta: LocalOkta;
  readonly bucket: ResponseBucket;
  readonly invoke: Invoke;
  /** The bundle's environment variables: the address of each service. */
  readonly environment: Readonly<Record<string, string>>;
  /** A new stack whose one resource is the bundle's. */
  stack(logicalResourceId?: string): Stack;
  /** What the Okta secret holds. */
  setOktaSecret(value: string): Promise<void>;
  /** Puts the right credentials back. */
  restoreOktaSecret(): Promise<void>;
  /** Adds a secret with this value; gives its ARN. */
  addSecret(value: string): Promise<string>;
  /** Every item of the lease table. */
  tableItems(): Promise<Record<string, unknown>[]>;
}

/**
 * Starts an Okta org, a Cognito and the front for its domains, and makes a table and a secret in the local AWS, whose
 * endpoint and credentials are in the environment.
 */
export async function startSurroundings(): Promise<Surroundings> {
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION } = process.env;
  if (!AWS_ENDPOINT_URL || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || !AWS_REGION) {
    throw new Error(
      'The local stack is not there: run the tests by `make test`, or `make up` and source .local/env.',
    );
  }
  await using started = new AsyncDisposableStack();
  const cognito = started.use(await startCognitoFake());
  const okta = started.use(await startLocalOkta());
  const bucket = started.use(await startResponseBucket());
  const domains = started.use(await startPoolDomains(cognito.port));

  const dynamo = new DynamoDBClient({});
  const tableName = `leases-${randomUUID()}`;
  await dynamo.send(
    new CreateTableCommand({
      TableName: tableName,
      KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  started.defer(async () => void (await dynamo.send(new DeleteTableCommand({ TableName: tableName }))));

  const secrets = new SecretsManagerClient({});
  const rightSecret = JSON.stringify({ orgUrl: okta.url, apiToken: okta.apiToken });
  const addSecret = async (value: string) => {
    const made = new CreateSecretCommand({ Name: `okta-${randomUUID()}`, SecretString: value });
    const { ARN = '' } = await secrets.send(made);
    const deletion = new DeleteSecretCommand({ SecretId: ARN, ForceDeleteWithoutRecovery: true });
    added.push(() => secrets.send(deletion));
    return ARN;
  };
  const added: (() => Promise<unknown>)[] = [];
  started.defer(async () => void (await Promise.all(added.map((remove) => remove()))));
  const secretArn = await addSecret(rightSecret);
  const setOktaSecret = async (SecretString: string) => {
    await secrets.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString }));
  };

  const environment = {
    AWS_ENDPOINT_URL,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.url,
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    OKTA_SECRET_ARN: secretArn,
    JOURNAL_TABLE: tableName,
    // Most tests adopt, and are not about who consents: test/virtual/at-the-doors/consent.test.ts is.
    ADOPTION: 'Any',
    // These tests wait in real time; test/virtual is about the minute that AWS's Cognito is given.
    ROTATION_GRACE_SECONDS: '5',
    ...domains.environment,
  };
  const invoke = bundle({ file: bundleOf('provider'), region: AWS_REGION, environment });
  const all = started.move();
  return {
    cognito,
    okta,
    bucket,
    invoke,
    environment,
    stack: (logicalResourceId = 'Federation') => new Stack({ invoke, bucket, logicalResourceId }),
    setOktaSecret,
    restoreOktaSecret: () => setOktaSecret(rightSecret),
    addSecret,
    async tableItems() {
      const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: tableName }));
      return Items;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
