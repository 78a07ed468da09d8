import type { Allotment } from '../cloudformation/deadline.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import { connectCognito } from '../cognito/client.ts';
import type { LeaseTable } from '../lease/lease.ts';
import { connectOkta } from '../okta/client.ts';
import type { OktaSecrets } from './observe/okta-secret.ts';
import type { Sources } from './observe/whereabouts.ts';

/** What the function is given by the provider stack, and where it tells of its work. */
export interface Surroundings {
  readonly leases: LeaseTable;
  readonly secrets: OktaSecrets;
  /** The provider stack's own Okta secret. */
  readonly oktaSecretId: string;
  /** For the log; never given a secret. */
  readonly log: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, error: unknown) => void;
}

/** Which pool, seen by whom, and which Okta org. */
export interface Place {
  readonly UserPoolId: string;
  readonly OktaSecretId?: string | undefined;
  readonly RoleArn?: string | undefined;
}

/** Both sides, bound to the time there is. The Okta secret is read while Cognito is asked. */
export function connect(
  surroundings: Surroundings,
  request: CustomResourceRequest,
  place: Place,
  time: Allotment,
): Sources {
  const secretId = place.OktaSecretId ?? surroundings.oktaSecretId;
  const okta = surroundings.secrets
    .read(secretId, time.signal)
    .then((credentials) => connectOkta(credentials, { signal: time.signal, deadline: () => time.endsAt }));
  // Whoever awaits it is told; this keeps Node from ending the process where nobody has come to that yet.
  okta.catch(() => undefined);
  const role = place.RoleArn && {
    arn: place.RoleArn,
    sessionName: 'okta-cognito-idp',
    externalId: externalId(request),
  };
  return { cognito: connectCognito(place.UserPoolId, time.signal, role || undefined), okta };
}

/**
 * The role of another account names this in its trust policy, so that no other stack can have the provider assume it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
function externalId(request: CustomResourceRequest): string {
  return `${request.stackName}/${request.logicalResourceId}`;
}
