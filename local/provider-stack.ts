/** The whole local stack with the provider deployed: what `make up`, `make test` and `make demo` begin with. */
import { buildProvider, deployProvider } from './deploy.ts';
import { type StackEnvironment, writeEnvironment } from './environment.ts';
import { ADMINISTRATOR } from './programs.ts';
import { type Settings, stateFile } from './settings.ts';
import { type Narrate, startStack } from './stack.ts';

/**
 * Starts everything, builds and deploys the provider, and writes the environment file.
 *
 * The caller stops the stack if it throws.
 */
export async function bringUp(settings: Settings, narrate: Narrate): Promise<StackEnvironment> {
  const { oktaApiToken } = await startStack(settings, narrate);
  await narrate('Build the provider (sam build)', () => buildProvider(settings));
  const serviceToken = await narrate('Deploy the provider (samlocal deploy)', () =>
    deployProvider(settings, oktaApiToken),
  );
  const { AWS_PORT, OKTA_PORT, OKTA_ADMIN_PORT, COGNITO_TLS_PORT, PROXY_PORT, APP_PORT } = settings.ports;
  const environment: StackEnvironment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${AWS_PORT}`,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_ACCESS_KEY_ID: ADMINISTRATOR.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ADMINISTRATOR.secretAccessKey,
    SERVICE_TOKEN: serviceToken,
    OKTA_ORG_URL: `http://127.0.0.1:${OKTA_PORT}`,
    OKTA_API_TOKEN: oktaApiToken,
    OKTA_ADMIN_URL: `http://127.0.0.1:${OKTA_ADMIN_PORT}`,
    LOCAL_DIR: settings.directory,
    AWS_PORT: String(AWS_PORT),
    OKTA_PORT: String(OKTA_PORT),
    OKTA_ADMIN_PORT: String(OKTA_ADMIN_PORT),
    COGNITO_TLS_PORT: String(COGNITO_TLS_PORT),
    PROXY_PORT: String(PROXY_PORT),
    APP_PORT: String(APP_PORT),
  };
  writeEnvironment(stateFile(settings, 'env'), environment);
  return environment;
}
