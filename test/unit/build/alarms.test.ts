import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readTemplate } from '../../support/template.ts';

const alarm = z.looseObject({
  Type: z.literal('AWS::CloudWatch::Alarm'),
  Properties: z.object({
    AlarmDescription: z.string(),
    TreatMissingData: z.string(),
    AlarmActions: z.object({ 'Fn::If': z.array(z.unknown()) }),
  }),
});
const template = z
  .object({ Resources: z.record(z.string(), z.unknown()) })
  .parse(readTemplate(readFileSync('template.yaml', 'utf8')));
const alarms = Object.entries(template.Resources).flatMap(([name, resource]) => {
  const found = alarm.safeParse(resource);
  return found.success ? [[name, found.data.Properties] as const] : [];
});
const operations = readFileSync('docs/operations.md', 'utf8');

test('every alarm of the template is one that this test knows how to read', () => {
  const typed = Object.values(template.Resources).filter(
    (resource) => z.object({ Type: z.literal('AWS::CloudWatch::Alarm') }).safeParse(resource).success,
  );
  expect(alarms.length).toBe(typed.length);
  expect(alarms.length).toBeGreaterThan(0);
});

test.each(alarms)('%s notifies the topic, if there is one, and links to what to do', (name, properties) => {
  expect(operations).toContain(`\n### ${name}\n`);
  expect(properties.AlarmDescription).toContain(`docs/operations.md, ${name}`);
  expect(properties.AlarmActions['Fn::If']).toEqual([
    'TellsOfAlarms',
    [{ Ref: 'AlarmTopicArn' }],
    { Ref: 'AWS::NoValue' },
  ]);
  // No deployment for a while is no news.
  expect(properties.TreatMissingData).toBe('notBreaching');
});

test('the document describes only alarms that exist', () => {
  const told = [...operations.matchAll(/^### (\w+Alarm)$/gm)].map(([, name]) => name);
  expect(told.toSorted()).toEqual(alarms.map(([name]) => name).toSorted());
});

test('what the failsafe could not answer ends in an encrypted queue, for 14 days, that an alarm looks at', () => {
  const { FailsafeInvokeConfig, DeadLetterQueue, DeadLetterQueuePolicy, DeadLetterAlarm } =
    template.Resources;
  expect(FailsafeInvokeConfig).toMatchObject({
    Properties: {
      FunctionName: { Ref: 'FailsafeFunction' },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': 'DeadLetterQueue.Arn' } } },
    },
  });
  expect(DeadLetterQueue).toMatchObject({
    Type: 'AWS::SQS::Queue',
    Properties: {
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
      SqsManagedSseEnabled: { 'Fn::If': ['HasKey', { Ref: 'AWS::NoValue' }, true] },
    },
  });
  expect(DeadLetterQueuePolicy).toMatchObject({
    Properties: {
      Queues: [{ Ref: 'DeadLetterQueue' }],
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        ],
      },
    },
  });
  expect(DeadLetterAlarm).toMatchObject({
    Properties: {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': 'DeadLetterQueue.QueueName' } }],
    },
  });
});

test('the alarm for failures counts those of this provider stack only', () => {
  expect(template.Resources.FailureAlarm).toMatchObject({
    Properties: {
      Dimensions: [
        { Name: 'service', Value: 'okta-cognito-idp' },
        { Name: 'Provider', Value: { Ref: 'AWS::StackName' } },
      ],
    },
  });
});
