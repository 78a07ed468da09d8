import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import {
  OktaFederation,
  OktaFederationProvider,
  OktaProviderAdoption,
  OktaProviderTracing,
} from '../lib/index.js';

const RELEASE = path.join(__dirname, '..', 'release', 'okta-cognito-idp.yaml');
const NESTED = 'AWS::CloudFormation::Stack';
const SECRET = 'arn:aws:secretsmanager:us-east-1:111111111111:secret:okta-AbCdEf';

function newStack(): Stack {
  return new Stack(new App(), 'Stack');
}

/** The parameters that the nested stack of the only provider gets. */
function parametersIn(stack: Stack): Record<string, unknown> {
  const [nested] = Object.values(Template.fromStack(stack).findResources(NESTED));
  return nested?.Properties.Parameters;
}

describe('a provider inside an app', () => {
  test('it is the release file, byte for byte', () => {
    const app = new App();
    new OktaFederationProvider(new Stack(app, 'Stack'), 'Provider');
    const { directory } = app.synth();
    const [uploaded = ''] = readdirSync(directory).filter((file) => file.endsWith('.yaml'));
    expect(readFileSync(path.join(directory, uploaded), 'utf8')).toBe(readFileSync(RELEASE, 'utf8'));
  });

  test('a federation takes the token from it, and so is made after it', () => {
    const stack = newStack();
    const provider = new OktaFederationProvider(stack, 'Provider');
    new OktaFederation(stack, 'Okta', { userPool: new cognito.UserPool(stack, 'Pool'), provider });
    Template.fromStack(stack).hasResource('Custom::OktaCognitoIdp', {
      Properties: {
        ServiceToken: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Provider'), 'Outputs.ServiceToken'] },
      },
      DependsOn: Match.absent(),
    });
  });

  test('with no options it sets only the export, to a name of its own', () => {
    const stack = newStack();
    new OktaFederationProvider(stack, 'One');
    const [one] = Object.values(parametersIn(stack));
    const other = newStack();
    new OktaFederationProvider(other, 'Other');
    expect(Object.keys(parametersIn(stack))).toEqual(['ExportName']);
    expect(one).toMatch(/^okta-cognito-idp-[A-Za-z0-9]+$/);
    expect(parametersIn(other).ExportName).not.toBe(one);
  });

  test('its options set every parameter of the template', () => {
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:111111111111:key/1');
    new OktaFederationProvider(stack, 'Provider', {
      oktaSecret: secretsmanager.Secret.fromSecretAttributes(stack, 'Secret', {
        secretCompleteArn: SECRET,
        encryptionKey,
      }),
      otherOktaSecrets: [secretsmanager.Secret.fromSecretCompleteArn(stack, 'OtherSecret', SECRET)],
      otherKmsKeys: [kms.Key.fromKeyArn(stack, 'OtherKey', 'arn:aws:kms:us-east-1:222222222222:key/2')],
      userPools: [
        cognito.UserPool.fromUserPoolArn(
          stack,
          'Pool',
          'arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_Example',
        ),
      ],
      assumableRoleArns: ['arn:aws:iam::222222222222:role/one', 'arn:aws:iam::222222222222:role/two'],
      adoption: OktaProviderAdoption.NEVER,
      policyParameter: ssm.StringParameter.fromStringParameterName(stack, 'Policy', '/okta/policy'),
      trustedAccountRoleArns: ['arn:aws:iam::222222222222:role/ask', 'arn:aws:iam::333333333333:role/ask'],
      exportName: 'Exported',
      journalTable: dynamodb.Table.fromTableName(stack, 'Journal', 'journal'),
      watchSchedule: 'rate(12 hours)',
      repairDrift: true,
      alarmTopic: sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:111111111111:alarms'),
      tracing: OktaProviderTracing.ACTIVE,
      logRetention: RetentionDays.ONE_YEAR,
      reservedConcurrency: 5,
      architecture: lambda.Architecture.X86_64,
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-1',
        availabilityZones: ['us-east-1a'],
        privateSubnetIds: ['subnet-1'],
      }),
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')],
      httpsProxy: 'http://proxy.example.com:3128',
      noProxy: '.amazonaws.com',
      permissionsBoundary: iam.ManagedPolicy.fromAwsManagedPolicyName('Boundary'),
      rolePath: '/service-roles/',
      encryptionKey,
      codeSigningConfig: lambda.CodeSigningConfig.fromCodeSigningConfigArn(
        stack,
        'Signing',
        'arn:aws:lambda:us-east-1:111111111111:code-signing-config:csc-1',
      ),
    });
    const parameters = parametersIn(stack);
    const whole = new CfnInclude(newStack(), 'Release', { templateFile: RELEASE });
    const { Parameters: known } = Template.fromStack(whole.stack).toJSON();
    delete known.BootstrapVersion;
    expect(Object.keys(parameters).toSorted()).toEqual(Object.keys(known).toSorted());
    expect(parameters).toMatchObject({
      OktaSecretArn: SECRET,
      OktaSecretKmsKeyArn: encryptionKey.keyArn,
      OtherKmsKeyArns: 'arn:aws:kms:us-east-1:222222222222:key/2',
      TrustedAccountRoleArns: 'arn:aws:iam::222222222222:role/ask,arn:aws:iam::333333333333:role/ask',
      WatchSchedule: 'rate(12 hours)',
      RepairDrift: 'true',
      LogRetentionInDays: '365',
      Architecture: 'x86_64',
      SubnetIds: 'subnet-1',
      SecurityGroupIds: 'sg-1',
    });
  });

  test('each output of the template is an attribute', () => {
    const stack = newStack();
    const provider = new OktaFederationProvider(stack, 'Provider');
    const release = new CfnInclude(newStack(), 'Release', { templateFile: RELEASE });
    const { OktaSecretArn, ...others } = Template.fromStack(release.stack).toJSON().Outputs;
    const output = (name: string) => ({
      'Fn::GetAtt': [expect.stringMatching(/^Provider/), `Outputs.${name}`],
    });
    for (const name of Object.keys(others)) {
      const attribute = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      expect([name, stack.resolve(Reflect.get(provider, attribute))]).toEqual([name, output(name)]);
    }
    expect(OktaSecretArn).toBeDefined();
    expect(stack.resolve(provider.oktaSecret.secretArn)).toEqual(output('OktaSecretArn'));
  });

  test('a VPC alone gets a new security group', () => {
    const stack = newStack();
    new OktaFederationProvider(stack, 'Provider', { vpc: new ec2.Vpc(stack, 'Vpc') });
    expect(parametersIn(stack).SecurityGroupIds).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^ProviderSecurityGroup/), 'GroupId'],
    });
  });

  test('CloudWatch Logs may use a key of the app', () => {
    const stack = newStack();
    new OktaFederationProvider(stack, 'Provider', { encryptionKey: new kms.Key(stack, 'Key') });
    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: Match.arrayWith(['kms:GenerateDataKey*']), Resource: '*' }),
        ]),
      },
    });
  });

  test('subnets without a VPC are an error', () => {
    const provider = () => new OktaFederationProvider(newStack(), 'Provider', { vpcSubnets: {} });
    expect(provider).toThrow('Stack/Provider has vpcSubnets or securityGroups but no vpc.');
  });

  test('a secret that is known only by its name is an error', () => {
    const stack = newStack();
    const oktaSecret = secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'okta');
    expect(() => new OktaFederationProvider(stack, 'Provider', { oktaSecret })).toThrow(
      'Import the secret by Secret.fromSecretCompleteArn.',
    );
  });
});

describe('metrics', () => {
  const alarmOn = (
    stack: Stack,
    provider: ReturnType<typeof OktaFederationProvider.fromExport>,
    method: 'metricFailure' | 'metricRefusedEvents' | 'metricSignInWorks' | 'metricDrifted' = 'metricFailure',
  ) => {
    provider[method]().createAlarm(stack, 'Failed', {
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    });
    const [alarm] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
    return alarm?.Properties;
  };
  const dimension = (properties: { Dimensions: { Name: string; Value: unknown }[] }, name: string) =>
    properties.Dimensions.find(({ Name }) => Name === name)?.Value;

  test.each([
    ['metricFailure', 'FailureAlarm'],
    ['metricRefusedEvents', 'RefusedEventAlarm'],
    ['metricSignInWorks', 'SignInAlarm'],
    ['metricDrifted', 'DriftAlarm'],
  ] as const)('an alarm on %s watches the same metric as %s of the provider stack', (method, theirAlarm) => {
    const stack = newStack();
    const ours = alarmOn(stack, OktaFederationProvider.fromExport(stack, 'Provider'), method);
    const release = new CfnInclude(newStack(), 'Release', { templateFile: RELEASE });
    const theirs = Template.fromStack(release.stack).toJSON().Resources[theirAlarm].Properties;
    const names = ({ Namespace, MetricName, Statistic, Period }: typeof ours) => ({
      Namespace,
      MetricName,
      Statistic,
      Period,
    });
    expect(names(ours)).toEqual(names(theirs));
    expect(ours.Dimensions.map(({ Name }: { Name: string }) => Name).toSorted()).toEqual(
      theirs.Dimensions.map(({ Name }: { Name: string }) => Name).toSorted(),
    );
    expect(dimension(ours, 'service')).toBe(dimension(theirs, 'service'));
    expect(dimension(ours, 'Provider')).toBe('okta-cognito-idp');
  });

  test('the metrics of a provider inside an app have the name of its nested stack', () => {
    const stack = newStack();
    const properties = alarmOn(stack, new OktaFederationProvider(stack, 'Provider'));
    expect(dimension(properties, 'Provider')).toEqual({
      'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: expect.stringMatching(/^Provider/) }] }],
    });
  });

  test('the metrics of a provider whose stack is unknown are an error', () => {
    const provider = OktaFederationProvider.fromExport(newStack(), 'Provider', { exportName: 'Second' });
    expect(() => provider.metricDuration()).toThrow('Set stackName when you import the provider.');
  });

  test('with its stack named, they are of that stack', () => {
    const provider = OktaFederationProvider.fromExport(newStack(), 'Provider', {
      exportName: 'Second',
      stackName: 'second',
    });
    expect(provider.metricRetries().dimensions).toMatchObject({ Provider: 'second' });
    expect(provider.metricDuration().statistic).toBe('Average');
    expect(provider.metricSuccess().metricName).toBe('Success');
    expect(provider.metricRemoteCalls().metricName).toBe('RemoteCalls');
  });

  test('those of one federation have the dimension Federation, as the watch writes it', () => {
    const stack = newStack();
    const userPool = cognito.UserPool.fromUserPoolId(stack, 'Pool', 'us-east-1_Example');
    const okta = new OktaFederation(stack, 'Okta', { userPool });
    for (const metric of [okta.metricSignInWorks(), okta.metricDrifted(), okta.metricSecretAgeDays()]) {
      expect(stack.resolve(metric.dimensions)).toEqual({
        service: 'okta-cognito-idp',
        Provider: 'okta-cognito-idp',
        Federation: {
          'Fn::Join': [
            '',
            ['us-east-1_Example/', { 'Fn::GetAtt': [expect.stringMatching(/^Okta/), 'ProviderName'] }],
          ],
        },
      });
    }
    const named = new OktaFederation(stack, 'Named', { userPool, providerName: 'Größe' });
    expect(stack.resolve(named.metricDrifted().dimensions)).toMatchObject({
      Federation: 'us-east-1_Example/Gr%C3%B6%C3%9Fe',
    });
    expect(okta.metricSignInWorks().statistic).toBe('Minimum');
    expect(okta.metricDrifted({ period: Duration.days(1) }).period.toDays()).toBe(1);
  });
});
