import type { Okta } from '../../okta/client.ts';
import { type ClientSecret, createClientSecret, listClientSecrets } from '../../okta/client-secrets.ts';
import type { Secret } from '../../secret.ts';
import { createOnce } from './create-once.ts';

/** The newest client secret of an application that works; a new one if there is none. */
export async function currentClientSecret(okta: Okta, applicationId: string): Promise<Secret> {
  const secrets = await listClientSecrets(okta, applicationId);
  const { clientSecret } = newestActive(secrets) ?? (await makeClientSecret(okta, applicationId, secrets));
  return clientSecret;
}

export function newestActive(secrets: readonly ClientSecret[]): ClientSecret | undefined {
  return secrets
    .filter(({ status }) => status === 'ACTIVE')
    .toSorted((one, other) => other.created.localeCompare(one.created))[0];
}

/**
 * Creates a client secret: an application holds two at most.
 * @param known the secrets that were there before.
 */
export function makeClientSecret(
  okta: Okta,
  applicationId: string,
  known: readonly ClientSecret[],
): Promise<ClientSecret> {
  const isNew = ({ id }: ClientSecret) => known.every((one) => one.id !== id);
  return createOnce(
    () => createClientSecret(okta, applicationId),
    async () => (await listClientSecrets(okta, applicationId)).find(isNew),
  );
}
