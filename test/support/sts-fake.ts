import { randomBytes } from 'node:crypto';

/** A role that a caller with its external ID may assume. */
export interface TrustedRole {
  readonly arn: string;
  readonly externalId: string;
}

/**
 * What STS answers to this form. The trust policy of each role asks for an external ID.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function assumedRole(body: string, roles: readonly TrustedRole[]) {
  const form = new URLSearchParams(body);
  const arn = form.get('RoleArn') ?? '';
  const trusted = roles.some((role) => role.arn === arn && role.externalId === form.get('ExternalId'));
  const isNamed = /^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '');
  if (form.get('Action') !== 'AssumeRole' || !trusted || !isNamed) return { status: 403, body: refusal(arn) };
  const key = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
  return { status: 200, body: credentials(key) };
}

const namespace = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';

const refusal = (arn: string) =>
  `<ErrorResponse ${namespace}><Error><Type>Sender</Type><Code>AccessDenied</Code>` +
  `<Message>User is not authorized to perform: sts:AssumeRole on resource: ${arn}</Message></Error></ErrorResponse>`;

const credentials = (key: string) =>
  `<AssumeRoleResponse ${namespace}><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId>` +
  `<SecretAccessKey>${randomBytes(20).toString('hex')}</SecretAccessKey><SessionToken>of-${key}</SessionToken>` +
  `<Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials>` +
  '</AssumeRoleResult></AssumeRoleResponse>';
