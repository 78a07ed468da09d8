import { OutOfTimeError } from '../../../src/cloudformation/deadline.ts';
import { explain } from '../../../src/federation/explain.ts';
import { LeaseNotHadError } from '../../../src/lease/lease.ts';
import { Secret } from '../../../src/secret.ts';

const plenty = { signal: new AbortController().signal, endsAt: 0 };
const over = { signal: AbortSignal.abort(new OutOfTimeError('x')), endsAt: 0 };

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

test('an error is reported in its own sentence', () => {
  expect(explain(new Error('The pool is gone.'), plenty, 'x')).toBe('The pool is gone.');
});

test('if the time is up, the reason of every failure says so, and names what was being done', () => {
  const reason = explain(new Error('This operation was aborted'), over, 'probing the sign-in');
  expect(reason).toMatch(/^The provider ran out of time while it was probing the sign-in; .*ServiceTimeout/);
});

test('who lost the lease did not run out of time', () => {
  const lost = { signal: AbortSignal.abort(new LeaseNotHadError('The lease is lost.')), endsAt: 0 };
  expect(explain(new Error('aborted'), lost, 'x')).toBe('The lease is lost. Deploy again.');
});

test.each([
  [
    'cognito-idp:DescribeUserPool on resource: arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_Example1',
    'Add the ARN of the user pool to UserPoolArns of the provider stack.',
  ],
  ['cognito-idp:DescribeUserPoolDomain on resource: *', "Allow the action in the provider's role."],
])('a refusal by AWS of %s says what may lift it', (action, fix) => {
  const message = `User is not authorized to perform: ${action}`;
  expect(explain(named('AccessDeniedException', message), plenty, 'x')).toBe(
    `${message}. ${fix} If RoleArn names a role, allow the action in that role.`,
  );
});

test.each(['TooManyRequestsException', 'ThrottlingException'])('%s asks to deploy again', (name) => {
  expect(explain(named(name, 'Rate exceeded'), plenty, 'x')).toMatch(/deploy again.*Rate exceeded/);
});

test('what could not be parsed is not quoted', () => {
  const reason = explain(new SyntaxError('Unexpected token: a-hidden-value'), plenty, 'x');
  expect(reason).toMatch(/is not valid JSON/);
  expect(reason).not.toMatch(/hidden/);
});

test.each([new Error(''), new AggregateError([]), 'a text', undefined, null])(
  'CloudFormation wants a reason, also for %j',
  (error) => {
    expect(explain(error, plenty, 'x')).toMatch(/log of the provider function/);
  },
);

test('a secret that AWS quotes is not reported', () => {
  const secret = new Secret('a value of a client secret');
  const reason = explain(new Error(`Value '${secret.reveal()}' failed to satisfy`), plenty, 'x');
  expect(reason).toBe("Value '[redacted]' failed to satisfy");
});
