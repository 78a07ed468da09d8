import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  type Parameter,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  DescribeTableCommand,
  DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { isMap, parseDocument } from 'yaml';
import * as z from 'zod';
import { makeRelease } from '../../build/release/release.ts';
import { packageVersion } from '../../build/version.ts';
import { deleteStack, stackOutputs } from '../../local/deploy.ts';
import { readSettings, type Settings } from '../../local/settings.ts';
import { queueClient } from '../support/queue.ts';

// The release file is deployed as a person does who has an account and nothing else: an upload, and CloudFormation.

jest.setTimeout(120_000);

const cloudFormation = new CloudFormationClient({});
const dynamo = new DynamoDBClient({});
const s3 = new S3Client({ forcePathStyle: true });
const bucket = `release-${randomUUID()}`;
const exported = 'release-ServiceToken';
const made: string[] = [];
let settings: Settings;
let secretArn: string;
let release: string;

beforeAll(async () => {
  settings = await readSettings(process.env);
  release = (await makeRelease())['okta-cognito-idp.yaml'] ?? '';
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const { OKTA_ORG_URL: orgUrl, OKTA_API_TOKEN: apiToken } = process.env;
  const secret = { Name: `release-${randomUUID()}`, SecretString: JSON.stringify({ orgUrl, apiToken }) };
  secretArn = (await new SecretsManagerClient({}).send(new CreateSecretCommand(secret))).ARN ?? '';
}, 120_000);

afterEach(async () => {
  for (const name of made.splice(0).toReversed()) await deleteStack(settings, name);
});

const pace = { client: cloudFormation, maxWaitTime: 100, minDelay: 1, maxDelay: 2 };

/** Uploads a template, for a call of CloudFormation. */
async function uploaded(name: string, template: string, parameters: Readonly<Record<string, string>>) {
  const Key = `${name}.yaml`;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: template }));
  return {
    StackName: name,
    TemplateURL: `${process.env.AWS_ENDPOINT_URL}/${bucket}/${Key}`,
    Capabilities: ['CAPABILITY_IAM' as const],
    Parameters: Object.entries(parameters).map(
      ([ParameterKey, ParameterValue]): Parameter => ({ ParameterKey, ParameterValue }),
    ),
  };
}

/** Creates a stack by CloudFormation's own calls, and gives its outputs. */
async function create(name: string, template: string, parameters: Readonly<Record<string, string>> = {}) {
  const stack = await uploaded(name, template, parameters);
  made.push(name);
  await cloudFormation.send(new CreateStackCommand(stack));
  await waitUntilStackCreateComplete(pace, { StackName: name });
  return stackOutputs(settings, name);
}

/** Updates a stack likewise. */
async function update(name: string, template: string, parameters: Readonly<Record<string, string>> = {}) {
  await cloudFormation.send(new UpdateStackCommand(await uploaded(name, template, parameters)));
  await waitUntilStackUpdateComplete(pace, { StackName: name });
  return stackOutputs(settings, name);
}

async function physicalId(StackName: string, LogicalResourceId: string): Promise<string> {
  const { StackResourceDetail } = await cloudFormation.send(
    new DescribeStackResourceCommand({ StackName, LogicalResourceId }),
  );
  return StackResourceDetail?.PhysicalResourceId ?? '';
}

test('the release file alone is a provider, two of them stand side by side, and each serves its own templates; an export is for one', async () => {
  const exports = { release: exported, 'release-beside': 'release-beside-ServiceToken' };
  const [one, other] = await Promise.all(
    Object.entries(exports).map(([name, ExportName]) =>
      create(name, release, { OktaSecretArn: secretArn, ExportName }),
    ),
  );
  expect(one).toMatchObject({
    Version: packageVersion,
    ServiceToken: expect.stringMatching(/:function:/),
    ProviderRoleArn: expect.stringMatching(/:role\//),
    JournalTableName: expect.stringMatching(/./),
  });
  // The third one is that of `sam deploy`.
  expect(new Set([one?.ServiceToken, other?.ServiceToken, process.env.SERVICE_TOKEN]).size).toBe(3);
  expect(other?.JournalTableName).not.toBe(one?.JournalTableName);

  const third = create('release-third', release, { OktaSecretArn: secretArn, ExportName: exported });
  await expect(third).rejects.toThrow('ROLLBACK');
  expect(await reasons('release-third')).toContainEqual(
    expect.stringMatching(/release-ServiceToken is already exported by stack release\b/),
  );

  for (const [name, ExportName] of Object.entries(exports)) {
    const { UserPoolId, WebClientId } = await create(`${name}-example`, exampleWith(ExportName));
    const { UserPoolClient } = await new CognitoIdentityProviderClient({}).send(
      new DescribeUserPoolClientCommand({ UserPoolId, ClientId: WebClientId }),
    );
    expect(UserPoolClient?.SupportedIdentityProviders).toEqual(['Staff']);
  }
  for (const [index, name] of [one?.JournalTableName, other?.JournalTableName].entries()) {
    const stacks = (await journalItems(name)).map((item) => item.name?.S);
    expect(stacks).toEqual([expect.stringContaining(`/${Object.keys(exports)[index]}-example/`)]);
  }
});

/** Why a stack failed, in CloudFormation's words. */
async function reasons(StackName: string) {
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason);
}

/** An example that takes its provider from this export. */
function exampleWith(exportName: string): string {
  const example = readFileSync('examples/several-clients.yaml', 'utf8');
  return example.replaceAll('okta-cognito-idp-ServiceToken', exportName);
}

/** The items of a journal that hold a federation. */
async function journalItems(TableName: string | undefined) {
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName }));
  return Items.filter((item) => item.standing?.S?.includes('"application"'));
}

/** The release before the watch, under another number: what an operator updates who waited long. */
function earlierRelease(): string {
  const template = parseDocument(release, { logLevel: 'error' });
  const names = (section: string) => {
    const found = template.get(section);
    return isMap(found) ? found.items.map(({ key }) => String(key)) : [];
  };
  const later = ['RepairDrift', 'RepairsDrift', 'IsWatched', 'SignInAlarm', 'DriftAlarm', 'Dashboard'];
  for (const section of ['Parameters', 'Conditions', 'Resources', 'Outputs'])
    for (const name of names(section))
      if (name.startsWith('Watch') || later.includes(name)) template.deleteIn([section, name]);
  template.delete('Metadata');
  template.setIn(['Outputs', 'Version', 'Value'], '0.0.9');
  return template.toString({ lineWidth: 0 });
}

/** Makes the journal what earlier code has left: without the fields that came later, and with one that no longer exists. */
async function ageJournal(TableName: string): Promise<void> {
  const standing = await journalItems(TableName);
  expect(standing).toHaveLength(1);
  for (const { name = { S: '' }, standing: written } of standing) {
    const aged = z.array(z.looseObject({ application: z.looseObject({}), secret: z.looseObject({}) }));
    const federations = aged.parse(JSON.parse(written?.S ?? '')).map((one) => {
      const { madeAt: _madeAt, policy: _policy, claimsFound: _found, ...application } = one.application;
      const { givenAt: _givenAt, ...secret } = one.secret;
      return { ...one, application, secret, ofAnEarlierRelease: true };
    });
    await dynamo.send(
      new UpdateItemCommand({
        TableName,
        Key: { name },
        UpdateExpression: 'SET standing = :aged',
        ExpressionAttributeValues: { ':aged': { S: JSON.stringify(federations) } },
      }),
    );
  }
}

test('a provider stack of an earlier release is updated, and what it made is changed and removed', async () => {
  const parameters = { OktaSecretArn: secretArn, ExportName: exported };
  const before = await create('release-earlier', earlierRelease(), parameters);
  expect(before).toMatchObject({ Version: '0.0.9' });
  expect(before).not.toHaveProperty('WatchQueueUrl');
  const example = exampleWith(exported);
  const { OktaApplicationId } = await create('release-updated', example);
  await ageJournal(before.JournalTableName ?? '');

  const after = await update('release-earlier', release, parameters);
  const { ServiceToken, JournalTableName } = before;
  expect(after).toMatchObject({ Version: packageVersion, ServiceToken, JournalTableName });
  expect(after).toHaveProperty('WatchQueueUrl');

  const changed = example.replace('ProviderName: Staff', 'ProviderName: Staff\n      Notes: Updated');
  expect(await update('release-updated', changed)).toMatchObject({ OktaApplicationId });
  const application = async () => {
    const headers = { authorization: `SSWS ${process.env.OKTA_API_TOKEN}` };
    return fetch(`${process.env.OKTA_ORG_URL}/api/v1/apps/${OktaApplicationId}`, { headers });
  };
  expect(await (await application()).json()).toMatchObject({ settings: { notes: { admin: 'Updated' } } });

  await deleteStack(settings, made.pop() ?? '');
  expect((await application()).status).toBe(404);
});

test('a new provider stack takes the journal that an earlier one has left', async () => {
  const { JournalTableName = '' } = await create('release', release, { ExportName: exported });
  await deleteStack(settings, made.pop() ?? '');
  const later = await create('release-later', release, { ExportName: exported, JournalTableName });
  expect(later.JournalTableName).toBe(JournalTableName);
  const { Environment } = await new LambdaClient({}).send(
    new GetFunctionConfigurationCommand({ FunctionName: later.ServiceToken }),
  );
  expect(Environment?.Variables).toMatchObject({ JOURNAL_TABLE: JournalTableName });
});

// The local CloudFormation hands no VPC and no key to a function, no key to a table, and no boundary to a role: test/loopback/build/release.test.ts looks at those.
test('what a security team requires reaches each function, role, queue and table', async () => {
  const key = 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555';
  const boundary = 'arn:aws:iam::000000000000:policy/boundary';
  const signing = 'arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-00000000000000000';
  const outputs = await create('release-strict', release, {
    ExportName: exported,
    PermissionsBoundary: boundary,
    RolePath: '/service-roles/',
    SubnetIds: 'subnet-11111111,subnet-22222222',
    SecurityGroupIds: 'sg-11111111',
    HttpsProxy: 'http://proxy.example.com:3128',
    NoProxy: '.amazonaws.com',
    KmsKeyArn: key,
    OktaSecretKmsKeyArn: key,
    ReservedConcurrency: '5',
    Architecture: 'x86_64',
    CodeSigningConfigArn: signing,
    PolicyParameter: '/okta-cognito-idp/policy',
    TrustedAccountRoleArns: 'arn:aws:iam::111111111111:role/ask,arn:aws:iam::222222222222:role/ask',
    Adoption: 'Never',
  });
  const lambda = new LambdaClient({});
  for (const name of ['ProviderFunction', 'FailsafeFunction', 'WatchFunction']) {
    const FunctionName = await physicalId('release-strict', name);
    const configuration = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    expect(configuration).toMatchObject({
      Architectures: ['x86_64'],
      Environment: {
        Variables: {
          NODE_USE_ENV_PROXY: '1',
          HTTPS_PROXY: 'http://proxy.example.com:3128',
          NO_PROXY: '.amazonaws.com',
        },
      },
    });
  }
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: outputs.ServiceToken }),
  );
  expect(Environment?.Variables).toMatchObject({
    ADOPTION: 'Never',
    POLICY_PARAMETER: '/okta-cognito-idp/policy',
    TRUSTED_ACCOUNT_ROLES: 'arn:aws:iam::111111111111:role/ask,arn:aws:iam::222222222222:role/ask',
    PROVIDER_STACK: 'release-strict',
  });
  for (const name of ['ProviderRole', 'FailsafeRole', 'WatchRole', 'WatchScheduleRole']) {
    const RoleName = await physicalId('release-strict', name);
    const { Role } = await new IAMClient({}).send(new GetRoleCommand({ RoleName }));
    expect(Role?.Path).toBe('/service-roles/');
  }
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: outputs.JournalTableName }));
  expect(Table?.DeletionProtectionEnabled).toBe(true);
  const look = new GetQueueAttributesCommand({
    QueueUrl: await physicalId('release-strict', 'DeadLetterQueue'),
    AttributeNames: ['All'],
  });
  const { Attributes } = await queueClient().send(look);
  expect(Attributes).toMatchObject({ KmsMasterKeyId: key });
  const withoutTls = new SQSClient({ useQueueUrlAsEndpoint: false });
  await expect(withoutTls.send(look)).rejects.toThrow('is denied');
});
