import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** A role that a caller with its external ID may assume. */
export interface TrustedRole {
  readonly arn: string;
  readonly externalId: string;
}

export interface StsFake extends AsyncDisposable {
  /** For `AWS_ENDPOINT_URL_STS`. */
  readonly url: string;
  readonly roles: TrustedRole[];
  /** The access keys that were given out, by the ARN of their role. */
  readonly sessions: Map<string, string>;
}

/**
 * Starts an STS that gives credentials for roles whose trust policy asks for an external ID: the local stack checks
 * trust policies only if it enforces IAM.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function startStsFake(): Promise<StsFake> {
  const roles: TrustedRole[] = [];
  const sessions = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const { status, body, session } = assumedRole(await text(request), roles);
    if (session) sessions.set(session.arn, session.key);
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The fake STS listens on no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    roles,
    sessions,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What STS answers to this form. */
export function assumedRole(body: string, roles: readonly TrustedRole[]) {
  const form = new URLSearchParams(body);
  const arn = form.get('RoleArn') ?? '';
  const trusted = roles.some((role) => role.arn === arn && role.externalId === form.get('ExternalId'));
  const isNamed = /^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '');
  if (form.get('Action') !== 'AssumeRole' || !trusted || !isNamed) return { status: 403, body: refusal(arn) };
  const key = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
  return { status: 200, body: credentials(key), session: { arn, key } };
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
