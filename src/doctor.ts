import { parseArgs } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { checklist, checklistJson } from './checklist.ts';
import { connectCognito, regionOf } from './cognito/client.ts';
import { diagnose, type OktaSide } from './federation/diagnose.ts';
import { readOktaSecret } from './federation/observe/okta-secret.ts';
import { isFailed } from './federation/plan/check.ts';
import { InvalidRequestError } from './federation/properties/properties.ts';
import { connectOkta } from './okta/client.ts';
import { type OktaCredentials, OktaCredentialsError, parseOktaCredentials } from './okta/credentials.ts';

const usage = `usage: okta-cognito-idp doctor --user-pool-id <ID> --provider <name> [options]

Looks at a federation of a Cognito user pool with Okta, made by Custom::OktaCognitoIdp or by hand, and says what keeps
people from signing in. It changes nothing.

  --user-pool-id <ID>       the user pool, such as us-east-1_Example
  --provider <name>         the identity provider's name in the pool; default: Okta
  --okta-secret-id <name>   the secret with the Okta credentials, a name or an ARN; or set OKTA_ORG_URL and
                            OKTA_API_TOKEN; with neither, Okta's own settings are not looked at
  --region <region>         where that secret is; default: the pool's region
  --json                    print JSON
  --help                    print this

Ends with 0 where all is well, 1 where a check failed, 2 where it could not look.`;

const timeLimitMs = 120_000;

/** What was asked for cannot be done. The message says why. */
class DoctorError extends Error {
  override readonly name = 'DoctorError';
}

await main(process.argv.slice(2));

/** The command line: `doctor` and its options. */
async function main(args: readonly string[]): Promise<void> {
  try {
    const options = readOptions(args);
    if (options === 'help') return console.log(usage);
    const { userPoolId, providerName, json } = options;
    const signal = AbortSignal.timeout(timeLimitMs);
    const okta = await oktaSide(options, signal);
    const checks = await diagnose(connectCognito(userPoolId, signal), okta, userPoolId, providerName);
    console.log((json ? checklistJson : checklist)({ userPoolId, providerName }, checks));
    process.exitCode = checks.some(isFailed) ? 1 : 0;
  } catch (error) {
    console.error(reasonOf(error));
    process.exitCode = 2;
  }
}

interface Options {
  readonly userPoolId: string;
  readonly providerName: string;
  readonly oktaSecretId: string | undefined;
  readonly region: string;
  readonly json: boolean;
}

function readOptions(args: readonly string[]): Options | 'help' {
  const { values, positionals } = parse(args);
  if (values.help || args.length === 0) return 'help';
  if (positionals.join(' ') !== 'doctor') throw new DoctorError(`There is one command, doctor.\n\n${usage}`);
  const userPoolId = values['user-pool-id'];
  if (!userPoolId || !/^[\w-]+_[0-9a-zA-Z]+$/.test(userPoolId)) {
    throw new DoctorError('--user-pool-id must be the ID of a user pool, such as us-east-1_Example.');
  }
  return {
    userPoolId,
    providerName: values.provider,
    oktaSecretId: values['okta-secret-id'],
    region: values.region ?? regionOf(userPoolId),
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'user-pool-id': { type: 'string' },
        provider: { type: 'string', default: 'Okta' },
        'okta-secret-id': { type: 'string' },
        region: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    const [wrong = ''] = error instanceof Error ? error.message.split('. ') : [];
    throw new DoctorError(`${wrong}.\n\n${usage}`);
  }
}

/** Credentials that do not work are a finding, not the end: the rest is looked at all the same. */
async function oktaSide(options: Options, signal: AbortSignal): Promise<OktaSide> {
  try {
    const credentials = await oktaCredentials(options, signal);
    const endsAt = Date.now() + timeLimitMs;
    return credentials
      ? { org: connectOkta(credentials, { signal, deadline: () => endsAt }) }
      : { skipped: 'give --okta-secret-id, or set OKTA_ORG_URL and OKTA_API_TOKEN' };
  } catch (error) {
    const { cause } = error instanceof Error ? error : { cause: undefined };
    if (cause instanceof Error && cause.name === 'AccessDeniedException') {
      return {
        problem: `You may not read the secret ${options.oktaSecretId} (secretsmanager:GetSecretValue).`,
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
    return readOktaSecret(new SecretsManagerClient({ region: options.region }), options.oktaSecretId, signal);
  }
  if (!orgUrl && !apiToken) return undefined;
  if (!orgUrl || !apiToken) throw new DoctorError('Set both OKTA_ORG_URL and OKTA_API_TOKEN.');
  return parseOktaCredentials(JSON.stringify({ orgUrl, apiToken }));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Something went wrong that has no name.';
  if (error.name === 'CredentialsProviderError') {
    return 'There are no AWS credentials: sign in with the AWS CLI, or set AWS_PROFILE.';
  }
  return error instanceof DoctorError ? error.message : `It could not look: ${error.message || error.name}`;
}
