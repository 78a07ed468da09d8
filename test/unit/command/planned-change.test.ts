import { plannedChange } from '../../../src/command/planned-change.ts';

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

test('a removal has no properties to come', () => {
  const BeforeContext = JSON.stringify({ Properties: { UserPoolId: 'us-east-1_Example1' } });
  expect(plannedChange(change({ Action: 'Remove', BeforeContext }))).toMatchObject({
    action: 'Remove',
    before: { UserPoolId: 'us-east-1_Example1' },
    after: undefined,
  });
});
