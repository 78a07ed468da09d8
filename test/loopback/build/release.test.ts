import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { packed } from '../../../build/release/inline-code.ts';
import { makeRelease } from '../../../build/release/release.ts';
import { releaseTemplate } from '../../../build/release/template.ts';
import { packageVersion } from '../../../build/version.ts';
import { readTemplate } from '../../support/template.ts';

const lambdaFunction = z.looseObject({
  Type: z.literal('AWS::Lambda::Function'),
  Properties: z.looseObject({ Handler: z.string(), Code: z.unknown() }),
});
const inline = z.object({ ZipFile: z.string() });
const templateSchema = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
  Outputs: z.record(z.string(), z.unknown()),
});
const read = (text: string) => templateSchema.parse(readTemplate(text));

const functions = ['ProviderFunction', 'FailsafeFunction', 'WatchFunction'];
const roles = ['ProviderRole', 'FailsafeRole', 'WatchRole'];

let release: Readonly<Record<string, string>>;
let source: z.infer<typeof templateSchema>;
let template: z.infer<typeof templateSchema>;

beforeAll(async () => {
  release = await makeRelease();
  source = read(readFileSync('template.yaml', 'utf8'));
  template = read(release['okta-cognito-idp.yaml'] ?? '');
});

test('the same sources give the same bytes', async () => {
  expect(await makeRelease()).toEqual(release);
});

test('the release is the source template, except for the code', () => {
  expect(template).not.toHaveProperty('Transform');
  const withoutCode = ({ Metadata: _howToBuild, ...resource }: Record<string, unknown>) => {
    const found = lambdaFunction.safeParse(resource);
    if (!found.success) return resource;
    return { ...resource, Properties: { ...found.data.Properties, Code: '', Handler: '' } };
  };
  const all = (resources: typeof source.Resources) =>
    Object.fromEntries(Object.entries(resources).map(([name, one]) => [name, withoutCode(one)]));
  expect(all(template.Resources)).toEqual(all(source.Resources));
  expect({ ...template, Resources: {}, Metadata: {} }).toEqual({ ...source, Resources: {}, Metadata: {} });
});

/** Loads code as Lambda does: from a CommonJS file. */
function loaded(code: string): unknown {
  const folder = mkdtempSync(path.join(tmpdir(), 'inline-'));
  try {
    const file = path.join(folder, 'index.cjs');
    writeFileSync(file, code);
    return createRequire(file)(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(functions)('the inline code of %s is a module with a handler', (name) => {
  const { Properties } = lambdaFunction.parse(template.Resources[name]);
  expect(Properties.Handler).toBe('index.handler');
  const { ZipFile } = inline.parse(Properties.Code);
  expect(loaded(ZipFile)).toEqual({ handler: expect.any(Function) });
  expect(ZipFile).toContain(packageVersion);
});

test.each(functions)('%s runs in a VPC and with a key if a parameter says so', (name) => {
  const noValue = { Ref: 'AWS::NoValue' };
  expect(template.Resources[name]).toMatchObject({
    Properties: {
      KmsKeyArn: { 'Fn::If': ['HasKey', { Ref: 'KmsKeyArn' }, noValue] },
      CodeSigningConfigArn: { 'Fn::If': ['HasCodeSigning', { Ref: 'CodeSigningConfigArn' }, noValue] },
      VpcConfig: {
        'Fn::If': [
          'IsInVpc',
          { SubnetIds: { Ref: 'SubnetIds' }, SecurityGroupIds: { Ref: 'SecurityGroupIds' } },
          noValue,
        ],
      },
    },
  });
});

test.each([
  [
    'JournalTable',
    'SSESpecification',
    { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: { Ref: 'KmsKeyArn' } },
  ],
  ['DeadLetterQueue', 'KmsMasterKeyId', { Ref: 'KmsKeyArn' }],
  ['WatchQueue', 'KmsMasterKeyId', { Ref: 'KmsKeyArn' }],
  ['WatchDeadLetterQueue', 'KmsMasterKeyId', { Ref: 'KmsKeyArn' }],
  ['ProviderLogGroup', 'KmsKeyId', { Ref: 'KmsKeyArn' }],
  ['FailsafeLogGroup', 'KmsKeyId', { Ref: 'KmsKeyArn' }],
  ['WatchLogGroup', 'KmsKeyId', { Ref: 'KmsKeyArn' }],
  ['OktaSecret', 'KmsKeyId', { Ref: 'KmsKeyArn' }],
])('%s is encrypted with the key of the parameter KmsKeyArn', (name, property, key) => {
  expect(template.Resources[name]).toMatchObject({
    Properties: { [property]: { 'Fn::If': ['HasKey', key, { Ref: 'AWS::NoValue' }] } },
  });
});

test.each([...roles, 'WatchScheduleRole'])(
  '%s has the boundary and the path that the parameters name',
  (name) => {
    expect(template.Resources[name]).toMatchObject({
      Properties: {
        Path: { Ref: 'RolePath' },
        PermissionsBoundary: {
          'Fn::If': ['HasBoundary', { Ref: 'PermissionsBoundary' }, { Ref: 'AWS::NoValue' }],
        },
      },
    });
  },
);

const statementsOf = (role: string) =>
  z
    .looseObject({
      Properties: z.looseObject({
        Policies: z.array(
          z.looseObject({ PolicyDocument: z.looseObject({ Statement: z.array(z.unknown()) }) }),
        ),
      }),
    })
    .parse(template.Resources[role])
    .Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

// Another account's secret has a key of its own, which is none of this account's parameters for one key.
test.each(['ProviderRole', 'WatchRole'])(
  '%s may decrypt with the keys of the secrets of other Okta orgs',
  (name) => {
    expect(statementsOf(name)).toContainEqual({
      'Fn::If': [
        'HasOtherKeys',
        {
          Sid: 'DecryptWithOtherKeys',
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Resource: { Ref: 'OtherKmsKeyArns' },
        },
        { Ref: 'AWS::NoValue' },
      ],
    });
  },
);

test.each(roles)('the code with %s cannot use what Lambda needs for the VPC', (name) => {
  expect(statementsOf(name)).toContainEqual({
    'Fn::If': [
      'IsInVpc',
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'ec2:*',
        Condition: { ArnLike: { 'lambda:SourceFunctionArn': expect.anything() } },
      }),
      { Ref: 'AWS::NoValue' },
    ],
  });
});

test('packed files require one another, each once, and what Node has', () => {
  const entry = {
    name: 'a.js',
    text: "exports.all=[require('./b.js'),require('./b.js'),require('node:path')];",
  };
  const later = { name: 'b.js', text: "exports.name='\u00e4';exports.path=require('node:path');" };
  expect(loaded(packed(entry, [later]))).toEqual({ all: [{ name: 'ä', path }, { name: 'ä', path }, path] });
  expect(() => packed(entry, [{ ...later, text: "'\u20ac'" }])).toThrow(
    'b.js has a character outside of Latin-1.',
  );
});

test('the version is in an output and in the metadata, as in package.json', () => {
  expect(template.Outputs.Version).toMatchObject({ Value: packageVersion });
  expect(source).toMatchObject({
    Metadata: { 'AWS::ServerlessRepo::Application': { SemanticVersion: packageVersion } },
  });
});

test('the checksums are those of the files', () => {
  const { SHA256SUMS = '', ...files } = release;
  const sums = Object.entries(files).map(
    ([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`,
  );
  expect(SHA256SUMS).toBe(sums.join(''));
  expect(sums).toHaveLength(3);
});

test('the bill of materials names what is bundled, and nothing else; each has its license in the notices', () => {
  const bill = z
    .object({ components: z.array(z.object({ name: z.string(), version: z.string(), purl: z.string() })) })
    .parse(JSON.parse(release['okta-cognito-idp.cdx.json'] ?? ''));
  const names = bill.components.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      '@okta/okta-sdk-nodejs',
      '@aws-sdk/client-cognito-identity-provider',
      'zod',
      'jose',
    ]),
  );
  expect(names).not.toContain('esbuild');
  expect(names).not.toContain('typescript');
  for (const { name, version } of bill.components) {
    expect(release['THIRD-PARTY-NOTICES.txt']).toContain(`\n${name} ${version} (`);
  }
});

test.each([
  ['too big a template', 'x'.repeat(1024 * 1024), /CloudFormation takes 1048576/],
  ['code that CloudFormation would change', '"{{resolve:ssm:a}}"', /CloudFormation would resolve/],
])('%s makes no release', async (_, code, message) => {
  const text = readFileSync('template.yaml', 'utf8');
  await expect(releaseTemplate(text, async () => code)).rejects.toThrow(message);
});
