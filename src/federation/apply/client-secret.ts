import type { Okta } from '../../okta/client.ts';
import { type ClientSecret, createClientSecret, listClientSecrets } from '../../okta/client-secrets.ts';
import { OktaError, OktaUnreachableError } from '../../okta/errors.ts';
import type { Secret } from '../../secret.ts';

const attempts = 3;

/** The newest client secret of an application that works; a new one if there is none. */
export async function currentClientSecret(okta: Okta, applicationId: string): Promise<Secret> {
  const secrets = await listClientSecrets(okta, applicationId);
  const [newest] = secrets
    .filter((secret) => secret.status === 'ACTIVE')
    .sort((a, b) => b.created.localeCompare(a.created));
  const known = secrets.map(({ id }) => id);
  return (newest ?? (await makeClientSecret(okta, applicationId, known))).clientSecret;
}

/**
 * Creates exactly one client secret: a create whose answer was lost may have taken effect, and an application holds two
 * at most.
 * @param known the IDs of the secrets that were there before.
 */
export async function makeClientSecret(
  okta: Okta,
  applicationId: string,
  known: readonly string[],
): Promise<ClientSecret> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await createClientSecret(okta, applicationId);
    } catch (error) {
      const fromOkta = error instanceof OktaError || error instanceof OktaUnreachableError;
      if (!(fromOkta && error.mayHaveTakenEffect) || attempt >= attempts) throw error;
      const made = (await listClientSecrets(okta, applicationId)).find(({ id }) => !known.includes(id));
      if (made) return made;
    }
  }
}
