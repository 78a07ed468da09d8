import { connectCognito } from '../../../src/cognito/client.ts';
import { diagnose, type OktaSide } from '../../../src/federation/diagnose.ts';
import { connectOkta } from '../../../src/okta/client.ts';
import { parseOktaCredentials } from '../../../src/okta/credentials.ts';

/** What is to be looked at, and by which Okta secret; or why Okta is not looked at. */
interface Asked {
  readonly userPoolId: string;
  readonly providerName: string;
  readonly okta: { readonly secret: string } | Exclude<OktaSide, { readonly org: unknown }>;
}

/** `diagnose` as the entry of a bundle, so that a test can run it as it runs the functions. */
export function handler({ userPoolId, providerName, okta }: Asked) {
  const signal = AbortSignal.timeout(120_000);
  const endsAt = Date.now() + 120_000;
  const side =
    'secret' in okta
      ? { org: connectOkta(parseOktaCredentials(okta.secret), { signal, deadline: () => endsAt }) }
      : okta;
  const cognito = connectCognito(userPoolId, signal);
  return diagnose(cognito, side, userPoolId, providerName, { signal, endsAt });
}
