import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Allotment } from '../cloudformation/deadline.ts';
import { connectCognito } from '../cognito/client.ts';
import type { LeaseTable } from '../lease/lease.ts';
import { connectOkta } from '../okta/client.ts';
import type { Sources } from './observe.ts';
import { readOktaSecret } from './okta-secret.ts';

/** What the function is given by the provider stack, and where it tells of its work. */
export interface Surroundings {
  readonly leases: LeaseTable;
  readonly secrets: SecretsManagerClient;
  readonly oktaSecretId: string;
  /** For the log; never given a secret. */
  readonly log: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, error: unknown) => void;
}

/** Both sides, bound to the time there is. The Okta secret is read while Cognito is asked. */
export function connect(surroundings: Surroundings, userPoolId: string, time: Allotment): Sources {
  const okta = readOktaSecret(surroundings.secrets, surroundings.oktaSecretId, time.signal).then(
    (credentials) => connectOkta(credentials, { signal: time.signal, deadline: () => time.endsAt }),
  );
  // Whoever awaits it is told; this one keeps Node from ending the process where nobody has come to that yet.
  okta.catch(() => undefined);
  return { cognito: connectCognito(userPoolId, time.signal), okta };
}
