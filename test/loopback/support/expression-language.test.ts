import { readExpression } from '../../../local/okta/expression-language.ts';

const subject = {
  user: { email: 'ada@example.com', department: 'Research' },
  groups: [
    { id: '00g1', name: 'Engineering', type: 'OKTA_GROUP' },
    { id: '00g2', name: 'Everyone', type: 'BUILT_IN' },
  ],
};

test.each([
  ['"gold"', 'gold'],
  ["'it\\'s'", "it's"],
  ['user.email', 'ada@example.com'],
  ['user.profile.department', 'Research'],
  ['user.profile.nickname', null],
  ['user.getGroups({}).![profile.name]', ['Engineering', 'Everyone']],
  ["user.getGroups({'group.type': {'OKTA_GROUP'}}).![profile.name]", ['Engineering']],
  ["user.getGroups({'group.type': {'OKTA_GROUP', 'BUILT_IN'}}).![name]", ['Engineering', 'Everyone']],
  ["user.getGroups({'group.profile.name': 'Every', 'operator': 'STARTS_WITH'}).![id]", ['00g2']],
  ["user.getGroups({'group.type': {'BUILT_IN'}}, {'group.profile.name': 'Engineering'}).![name]", []],
])('%s comes to a value', (expression, value) => {
  expect(readExpression(expression)?.(subject)).toEqual(value);
});

test.each([
  'user.(',
  'user.getGroups({).![name]',
  "user.getGroups({'group.colour': 'red'}).![name]",
  'unknown()',
])('it does not read the expression %s', (expression) => {
  expect(readExpression(expression)).toBeUndefined();
});
