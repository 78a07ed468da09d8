import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { readTemplate } from '../../test/support/template.ts';

// CloudFormation Guard, with the proactive controls of AWS Control Tower: https://docs.aws.amazon.com/controltower/latest/controlreference/proactive-controls.html
// Guard decides no condition, so the release is checked as CloudFormation makes it of parameters.

const VALIDATOR = path.join(__dirname, '..', 'node_modules', '@cdklabs', 'cdk-validator-cfnguard');
const system = process.platform === 'darwin' ? 'macos' : 'ubuntu';
const processor = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const GUARD = path.join(VALIDATOR, 'bin', system, processor, 'cfn-guard');
const RULES = path.join(VALIDATOR, 'rules', 'control-tower', 'cfn-guard');

const release = z
  .looseObject({
    Parameters: z.record(z.string(), z.looseObject({ Default: z.union([z.string(), z.number()]) })),
    Conditions: z.record(z.string(), z.unknown()),
    Resources: z.record(z.string(), z.looseObject({ Condition: z.optional(z.string()) })),
  })
  .parse(readTemplate(readFileSync(path.join(__dirname, '..', 'release', 'okta-cognito-idp.yaml'), 'utf8')));
const reports = z.array(
  z.object({ not_compliant: z.array(z.object({ Rule: z.object({ name: z.string() }) })) }),
);
const folder = mkdtempSync(path.join(tmpdir(), 'guard-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** The rules that the release breaks with these parameters. */
function broken(given: Readonly<Record<string, string | number>>): readonly string[] {
  const { Parameters, Conditions, Resources } = release;
  const defaults = Object.entries(Parameters).map(([name, { Default }]) => [name, Default]);
  const parameters: Record<string, string | number> = { ...Object.fromEntries(defaults), ...given };
  const decide = (condition: unknown): boolean => {
    const { 'Fn::Equals': equals, 'Fn::Not': not } = z
      .object({ 'Fn::Equals': z.optional(z.array(z.unknown())), 'Fn::Not': z.optional(z.array(z.unknown())) })
      .parse(condition);
    if (not) return !decide(not[0]);
    const [one, other] = (equals ?? []).map((side) => text(side));
    return one === other;
  };
  const text = (side: unknown): string => {
    if (typeof side === 'string') return side;
    const { Ref, 'Fn::Join': join } = z
      .object({ Ref: z.optional(z.string()), 'Fn::Join': z.optional(z.tuple([z.string(), z.unknown()])) })
      .parse(side);
    return join ? text(join[1]) : String(parameters[Ref ?? '']);
  };
  const isTrue = (name: string) => decide(Conditions[name]);
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve).filter((one) => one !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const { Ref, 'Fn::If': choice } = z
      .looseObject({ Ref: z.optional(z.string()), 'Fn::If': z.optional(z.array(z.unknown())) })
      .parse(value);
    if (Ref === 'AWS::NoValue') return undefined;
    if (choice) return resolve(isTrue(String(choice[0])) ? choice[1] : choice[2]);
    if (Ref !== undefined && Ref in parameters) {
      const set = parameters[Ref];
      return Parameters[Ref]?.Type === 'CommaDelimitedList' ? String(set).split(',') : set;
    }
    // No rule is about the code, and Guard is slow with so much text.
    const parts = Object.entries(value).map(([key, inner]) => [key, key === 'ZipFile' ? '' : resolve(inner)]);
    return Object.fromEntries(parts);
  };
  const resources = Object.entries(Resources).filter(
    ([, { Condition }]) => Condition === undefined || isTrue(Condition),
  );
  const file = path.join(folder, 'template.json');
  writeFileSync(file, JSON.stringify({ Resources: resolve(Object.fromEntries(resources)) }));
  return guard(file);
}

function guard(file: string): readonly string[] {
  const args = ['validate', '--rules', RULES, '--data', file, '--structured', '--output-format', 'json'];
  let printed: string;
  try {
    printed = execFileSync(GUARD, [...args, '--show-summary', 'none'], {
      encoding: 'utf8',
      stdio: 'pipe',
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    // It ends with 19 if a rule is broken.
    printed = z.object({ status: z.literal(19), stdout: z.string() }).parse(error).stdout;
  }
  return reports
    .parse(parse(printed))
    .flatMap(({ not_compliant }) => not_compliant.map(({ Rule }) => Rule.name))
    .toSorted();
}

/** What no parameter changes. */
const always = {
  sqs_dlq_check: 'Two of the three queues are dead-letter queues.',
};

test('the release passes with the parameters that a security team sets, apart from exceptions with a reason', () => {
  const key = 'arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555';
  const parameters = {
    KmsKeyArn: key,
    AlarmTopicArn: 'arn:aws:sns:us-east-1:111111111111:alarms',
    SubnetIds: 'subnet-11111111,subnet-22222222',
    SecurityGroupIds: 'sg-11111111',
    LogRetentionInDays: 365,
  };
  expect(broken(parameters)).toEqual(Object.keys(always));
});

test('the release passes with the defaults, apart from exceptions with a reason', () => {
  const exceptions = {
    ...always,
    cloudwatch_alarm_action_check: 'Whom the alarms notify is the parameter AlarmTopicArn.',
    cloudwatch_log_group_encrypted_check:
      'A key has a monthly price, and CloudWatch encrypts with its own: KmsKeyArn.',
    cloudwatch_log_group_retention_period_check:
      'The logs have no secret, and 90 days suffice: LogRetentionInDays.',
    dynamodb_table_encrypted_kms_check:
      'A key has a monthly price, and DynamoDB encrypts with its own: KmsKeyArn.',
    lambda_inside_vpc_check: 'The functions need Okta over the internet, and nothing private: SubnetIds.',
  };
  expect(broken({})).toEqual(Object.keys(exceptions).toSorted());
});
