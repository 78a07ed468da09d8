import { refusal } from './aws.ts';
import { cloudFormationRefusal } from './cloudformation.ts';
import type { Fault, Reply, Service } from './network.ts';
import { tooMany } from './okta-limits.ts';

/** One way for a call to go wrong. */
export interface FaultKind {
  readonly name: string;
  /** `from then on`: each later call of the same operation too, until the event is over. */
  readonly lasts: 'once' | 'from then on';
  readonly fault: () => Fault;
}

/** Every way in which a call to a service can go wrong, once or from then on. */
export function faultKinds(service: Service): FaultKind[] {
  const replies = repliesOf(service);
  const answers = Object.entries(replies).map(([name, reply]) => ({
    name,
    fault: (): Fault => ({ do: 'answer', reply: reply() }),
  }));
  const broken = (['reset', 'reset after', 'hang'] as const).map((what) => ({
    name: what,
    fault: (): Fault => ({ do: what }),
  }));
  const deadly = (['hang after', 'kill', 'kill after'] as const).map((what) => ({
    name: what,
    fault: (): Fault => ({ do: what }),
  }));
  const serverError = replies['500'];
  const done: Fault = { do: 'answer after', reply: serverError?.() ?? { status: 500 } };
  return [
    ...[...answers, ...broken, { name: '500 after', fault: () => done }].flatMap((kind) => [
      { ...kind, lasts: 'once' as const },
      { ...kind, lasts: 'from then on' as const },
    ]),
    ...deadly.map((kind) => ({ ...kind, lasts: 'once' as const })),
  ];
}

const oktaError = (status: number, errorCode: string, errorSummary: string) => (): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ errorCode, errorSummary, errorLink: errorCode, errorCauses: [] }),
});

const plain = (status: number) => (): Reply => ({ status, body: '' });

function repliesOf(service: Service): Record<string, () => Reply> {
  switch (service) {
    case 'Okta':
      return {
        refused: oktaError(403, 'E0000006', 'You do not have permission to perform the requested action'),
        '500': oktaError(500, 'E0000009', 'Internal Server Error'),
        '503': plain(503),
        throttled: oktaError(429, 'E0000047', 'API call exceeded rate limit due to too many requests.'),
        'throttled with a reset': () => tooMany(Math.ceil(Date.now() / 1000) + 30),
      };
    case 'Cognito':
      return aws('NotAuthorizedException', 'TooManyRequestsException');
    case 'Secrets Manager':
    case 'SSM':
      return aws('AccessDeniedException', 'ThrottlingException');
    case 'CloudFormation API':
      return {
        refused: () => cloudFormationRefusal('AccessDenied', 'Not you.', 403),
        '500': () => cloudFormationRefusal('InternalFailure', 'An internal error.', 500),
        '503': () => cloudFormationRefusal('ServiceUnavailable', 'Not now.', 503),
        throttled: () => cloudFormationRefusal('Throttling', 'Rate exceeded'),
      };
    case 'DynamoDB':
      return aws('AccessDeniedException', 'ProvisionedThroughputExceededException');
    case 'SQS':
      return aws('AccessDenied', 'RequestThrottled');
    case 'Sign-in':
      return {
        refused: plain(400),
        '500': plain(500),
        '503': plain(503),
        throttled: plain(429),
        'throttled with a reset': () => tooMany(Math.ceil(Date.now() / 1000) + 30),
      };
    case 'STS':
      return { refused: plain(400), '500': plain(500), '503': plain(503), throttled: plain(429) };
    case 'CloudFormation':
      return { refused: plain(403), '500': plain(500), '503': plain(503), throttled: plain(429) };
    default:
      return service satisfies never;
  }
}

function aws(refused: string, throttled: string): Record<string, () => Reply> {
  return {
    refused: () => refusal(refused, 'Not you.'),
    '500': () => refusal('InternalErrorException', 'An internal error.', 500),
    '503': () => refusal('ServiceUnavailableException', 'Not now.', 503),
    throttled: () => refusal(throttled, 'Rate exceeded'),
  };
}
