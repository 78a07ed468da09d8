/** The provider of a run: the release file, deployed beside any provider that the account has. */
import {
  DeleteTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  UpdateTableCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import {
  BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { makeRelease } from '../build/release/release.ts';
import type { Stacks } from './cloudformation.ts';
import type { AcceptanceSettings } from './settings.ts';
import type { Undo } from './undo.ts';

/** The provider that the run's templates import. */
export interface ProviderStack {
  readonly name: string;
  readonly exportName: string;
  readonly secretArn: string;
  readonly journalTable: string;
}

/** Uploads and deploys the release file, with a secret of the run's own. */
export async function deployProvider(
  settings: AcceptanceSettings,
  stacks: Stacks,
  undo: Undo,
): Promise<ProviderStack> {
  const secretArn = await createSecret(settings, undo);
  const url = await upload(settings, undo);
  const exportName = `${settings.prefix}-ServiceToken`;
  const parameters = {
    OktaSecretArn: secretArn,
    ExportName: exportName,
    LogRetentionInDays: '1',
    WatchSchedule: '',
  };
  const { name, outputs } = await stacks.create('provider', { url }, parameters, async (physicalId) => {
    // The template keeps the journal when the stack is deleted.
    const table = await physicalId('JournalTable');
    if (table !== undefined) await removeTable(settings, table);
  });
  return { name, exportName, secretArn, journalTable: outputs.JournalTableName ?? '' };
}

async function createSecret({ prefix, region, oktaSecret }: AcceptanceSettings, undo: Undo): Promise<string> {
  const client = new SecretsManagerClient({ region });
  const { ARN: SecretId = '' } = await client.send(
    new CreateSecretCommand({ Name: prefix, SecretString: oktaSecret }),
  );
  undo.add(`the secret ${prefix}`, () =>
    client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })),
  );
  return SecretId;
}

let release: ReturnType<typeof makeRelease> | undefined;

/** The release file, which takes half a minute to make: once for all runs of a process. */
async function releaseFile(): Promise<string> {
  release ??= makeRelease();
  return (await release)['okta-cognito-idp.yaml'] ?? '';
}

/** CloudFormation accepts 51,200 bytes from a caller, and a megabyte from a bucket. */
async function upload({ prefix, region, local }: AcceptanceSettings, undo: Undo): Promise<string> {
  const client = new S3Client({ region, forcePathStyle: local !== undefined });
  const object = { Bucket: prefix, Key: 'okta-cognito-idp.yaml' };
  const release = await releaseFile();
  await client.send(
    new CreateBucketCommand({
      Bucket: prefix,
      // S3 takes every region but us-east-1 here: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
      ...(region !== 'us-east-1' && {
        CreateBucketConfiguration: {
          LocationConstraint: Object.values(BucketLocationConstraint).find((each) => each === region),
        },
      }),
    }),
  );
  undo.add(`the bucket ${prefix}`, async () => {
    await client.send(new DeleteObjectCommand(object));
    await client.send(new DeleteBucketCommand({ Bucket: prefix }));
  });
  await client.send(new PutObjectCommand({ ...object, Body: release }));
  if (local) return `${local.endpoint}/${prefix}/${object.Key}`;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${prefix}.s3.${region}.${domain}/${object.Key}`;
}

async function removeTable({ region }: AcceptanceSettings, TableName: string): Promise<void> {
  const client = new DynamoDBClient({ region });
  try {
    await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    await waitUntilTableExists({ client, maxWaitTime: 300 }, { TableName });
    await client.send(new DeleteTableCommand({ TableName }));
    await waitUntilTableNotExists({ client, maxWaitTime: 300 }, { TableName });
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
