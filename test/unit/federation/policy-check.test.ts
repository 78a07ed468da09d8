import { checkPolicy } from '../../../src/federation/policy/check.ts';

const rule = { stacks: ['red-*'], accounts: ['*'] };

describe('the check before a deployment', () => {
  const document = (allow: unknown) => JSON.stringify({ rules: [{ ...rule, name: 'red', allow }] });
  const check = (allow: unknown, properties: Record<string, unknown>, stack = 'red-shop') =>
    checkPolicy(document(allow), properties, stack, '111122223333');
  const failed = (checks: ReturnType<typeof check>) => checks.filter(({ problems }) => problems.length > 0);
  const pool = { UserPoolId: 'us-east-1_Red' };

  test('every refusal is listed, not only the first', () => {
    const checks = check({ pools: ['*'] }, { ...pool, LogoUri: 'https://evil.example/a.png' });
    expect(failed(checks).map(({ name }) => name)).toEqual([
      'Access: Everyone',
      'LogoUri: the host evil.example',
    ]);
    expect(failed(check({ pools: ['*'], access: ['Everyone'] }, pool))).toEqual([]);
  });

  test('what an intrinsic function gives is skipped', () => {
    const checks = check(
      { access: ['Everyone'] },
      { UserPoolId: { Ref: 'Pool' }, ServiceToken: { 'Fn::ImportValue': 'x' } },
    );
    expect(failed(checks)).toEqual([]);
    expect(checks).toContainEqual({
      name: 'UserPoolId',
      problems: [],
      skipped: 'its value is known at deployment only',
    });
  });

  test('a tag is checked if the tags are known', () => {
    const allow = { pools: [{ tag: 'team', value: 'red' }], access: ['Everyone'] };
    expect(check(allow, pool)).toContainEqual(
      expect.objectContaining({ skipped: "the pool's tags are known at deployment only" }),
    );
    const known = { poolTags: { team: 'blue' } };
    expect(failed(checkPolicy(document(allow), pool, 'red-shop', '111122223333', known))).toHaveLength(1);
  });

  test('a wrong document, a wrong template and an uncovered stack are each one line', () => {
    expect(failed(checkPolicy('{', pool, 'a', '111122223333')).map(({ name }) => name)).toEqual([
      'the policy is valid',
    ]);
    expect(failed(check({}, {})).map(({ name }) => name)).toEqual([
      'the properties in the template are valid',
    ]);
    expect(failed(check({}, pool, 'green')).map(({ name }) => name)).toEqual([
      'a rule covers stack green of account 111122223333',
    ]);
  });
});
