import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientSettings } from '../aws/client-settings.ts';
import type { Allotment } from '../cloudformation/deadline.ts';
import { connectCognito, regionOf } from '../cognito/client.ts';
import { diagnose, type OktaSide } from '../federation/diagnose.ts';
import { readOktaSecret } from '../federation/observe/okta-secret.ts';
import { isFailed } from '../federation/plan/check.ts';
import { InvalidRequestError } from '../federation/properties/properties.ts';
import { connectOkta } from '../okta/client.ts';
import { type OktaCredentials, OktaCredentialsError, parseOktaCredentials } from '../okta/credentials.ts';
import { checklist, checklistJson } from './checklist.ts';
import { type Command, CommandError, optionsOf } from './command.ts';

const usage = `Usage: okta-cognito-idp doctor --user-pool-id <ID> --provider <name> [options]

Looks at a federation of a Cognito user pool with Okta, made by Custom::OktaCognitoIdp or by hand, and says what keeps
people from signing in. It changes nothing.

  --user-pool-id <ID>       the user pool, such as us-east-1_Example
  --provider <name>         the identity provider's name in the pool; default: Okta
  --okta-secret-id <name>   the secret with the Okta credentials, a name or an ARN; or set OKTA_ORG_URL and
                            OKTA_API_TOKEN; with neither, Okta's own settings are not looked at
  --region <region>         where that secret is; default: the pool's region
  --json                    print JSON
  --help                    print this

Exit code: 0 if all checks pass, 1 if a check fails, 2 if it could not run them.`;

const timeLimitMs = 120_000;

/** Looks at one federation, also at one that was made by hand. */
export const doctor: Command = {
  summary: 'says what keeps people from signing in through one federation',
  usage,
  async run(args) {
    const options = readOptions(args);
    const { userPoolId, providerName, json } = options;
    const time = { signal: AbortSignal.timeout(timeLimitMs), endsAt: Date.now() + timeLimitMs };
    const okta = await oktaSide(options, time);
    const cognito = connectCognito(userPoolId, time.signal);
    const checks = await diagnose(cognito, okta, userPoolId, providerName, time);
    console.log((json ? checklistJson : checklist)({ userPoolId, providerName }, checks));
    return checks.some(isFailed) ? 1 : 0;
  },
};

interface Options {
  readonly userPoolId: string;
  readonly providerName: string;
  readonly oktaSecretId: string | undefined;
  readonly region: string;
  readonly json: boolean;
}

function readOptions(args: readonly string[]): Options {
  const values = optionsOf(usage, args, {
    'user-pool-id': { type: 'string' },
    provider: { type: 'string', default: 'Okta' },
    'okta-secret-id': { type: 'string' },
    region: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  const userPoolId = values['user-pool-id'];
  if (!userPoolId || !/^[\w-]+_[0-9a-zA-Z]+$/.test(userPoolId)) {
    throw new CommandError('--user-pool-id must be the ID of a user pool, such as us-east-1_Example.');
  }
  return {
    userPoolId,
    providerName: values.provider,
    oktaSecretId: values['okta-secret-id'],
    region: values.region ?? regionOf(userPoolId),
    json: values.json,
  };
}

/** Credentials that do not work are a finding: the rest is still checked. */
async function oktaSide(options: Options, { signal, endsAt }: Allotment): Promise<OktaSide> {
  try {
    const credentials = await oktaCredentials(options, signal);
    return credentials
      ? { org: connectOkta(credentials, { signal, deadline: () => endsAt }) }
      : { skipped: 'give --okta-secret-id, or set OKTA_ORG_URL and OKTA_API_TOKEN' };
  } catch (error) {
    const { cause } = error instanceof Error ? error : { cause: undefined };
    if (cause instanceof Error && cause.name === 'AccessDeniedException') {
      return {
        problem: `You may not read the secret ${options.oktaSecretId}. Ask for secretsmanager:GetSecretValue on it, or set OKTA_ORG_URL and OKTA_API_TOKEN.`,
      };
    }
    if (error instanceof InvalidRequestError || error instanceof OktaCredentialsError)
      return { problem: error.message };
    throw error;
  }
}

async function oktaCredentials(options: Options, signal: AbortSignal): Promise<OktaCredentials | undefined> {
  const { OKTA_ORG_URL: orgUrl, OKTA_API_TOKEN: apiToken } = process.env;
  if (options.oktaSecretId) {
    const secretsManager = new SecretsManagerClient({ ...clientSettings, region: options.region });
    return readOktaSecret(secretsManager, options.oktaSecretId, signal);
  }
  if (!orgUrl && !apiToken) return undefined;
  if (!orgUrl || !apiToken) throw new CommandError('Set both OKTA_ORG_URL and OKTA_API_TOKEN.');
  return parseOktaCredentials(JSON.stringify({ orgUrl, apiToken }));
}
