import { nestedStack, plannedChange } from '../../../src/command/planned-change.ts';
import { notLookedAt } from '../../../src/command/preview.ts';

const later = '{{changeSet:KNOWN_AFTER_APPLY}}';
const change = (more: object) => ({
  Action: 'Modify',
  ResourceType: 'Custom::OktaCognitoIdp',
  LogicalResourceId: 'Federation',
  PhysicalResourceId: 'us-east-1_Example1|Okta|0oa1',
  ...more,
});

test('values known only after the deployment are left out and named by their place', () => {
  const Properties = {
    UserPoolId: 'us-east-1_Example1',
    UserPoolClientIds: ['abc', later],
    Issuer: `https://${later}/`,
  };
  expect(plannedChange(change({ AfterContext: JSON.stringify({ Properties }) }))).toMatchObject({
    after: { UserPoolId: 'us-east-1_Example1', UserPoolClientIds: ['abc'] },
    unknown: ['UserPoolClientIds.1', 'Issuer'],
  });
});

test('a change of another resource is not ours', () => {
  expect(plannedChange(change({ ResourceType: 'AWS::Cognito::UserPool' }))).toBeUndefined();
});

test('hidden values are left out too: of a NoEcho parameter, and of a dynamic reference', () => {
  const Properties = {
    UserPoolId: 'us-east-1_Example1',
    OktaSecretId: '{{resolve:ssm:/okta/secret}}',
    Notes: 'Key ****',
  };
  expect(plannedChange(change({ AfterContext: JSON.stringify({ Properties }) }))).toMatchObject({
    after: { UserPoolId: 'us-east-1_Example1' },
    unknown: ['OktaSecretId', 'Notes'],
  });
});

test('a resource of the general type is ours if it has the service token of the provider', () => {
  const general = (ServiceToken: string) =>
    change({
      ResourceType: 'AWS::CloudFormation::CustomResource',
      AfterContext: JSON.stringify({ Properties: { ServiceToken } }),
    });
  const ours = 'arn:aws:lambda:us-east-1:123456789012:function:okta';
  expect(plannedChange(general(ours), ours)).toMatchObject({ logicalResourceId: 'Federation' });
  expect(plannedChange(general(`${ours}-2`), ours)).toBeUndefined();
  expect(plannedChange(general(ours))).toBeUndefined();
});

test('nested stacks are named as not looked at', () => {
  expect(nestedStack({ ResourceType: 'AWS::CloudFormation::Stack', LogicalResourceId: 'Inner' })).toBe(
    'Inner',
  );
  expect(nestedStack(change({}))).toBeUndefined();
  expect(notLookedAt({ changes: [], nestedStacks: [] })).toEqual([
    'The deployment changes no Custom::OktaCognitoIdp.',
  ]);
  expect(notLookedAt({ changes: [], nestedStacks: ['Inner'] }).join('\n')).toMatch(
    /of this stack itself\.\nNested stacks may change too: Inner\..* --change-set\./,
  );
});

test('a removal has no properties to come', () => {
  const BeforeContext = JSON.stringify({ Properties: { UserPoolId: 'us-east-1_Example1' } });
  expect(plannedChange(change({ Action: 'Remove', BeforeContext }))).toMatchObject({
    action: 'Remove',
    before: { UserPoolId: 'us-east-1_Example1' },
    after: undefined,
  });
});
