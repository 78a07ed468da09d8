/** The example's template and its app on the local stack. */

import * as z from 'zod';
import { type Service, startService, stopService } from './processes.ts';
import { cleanEnvironment } from './programs.ts';
import { type Settings, stateFile } from './settings.ts';

/** The template, from the project's folder, and the stack that it becomes. */
export const WEB_APP_TEMPLATE = 'examples/web-app.yaml';

const outputs = z.object({
  UserPoolId: z.string(),
  ClientId: z.string(),
  Domain: z.string(),
  ProviderName: z.string(),
  SignInUrl: z.url(),
});

/** The address of this stack's app. */
export function webAppUrl(settings: Settings): string {
  return `http://localhost:${settings.ports.APP_PORT}`;
}

/**
 * Starts the example's app with a deployed stack's outputs.
 *
 * @param name - of the process: a second app beside the first needs another one, and another port
 * @returns the outputs, checked
 */
export async function startWebApp(
  settings: Settings,
  stackOutputs: Record<string, string>,
  name = 'web-app',
) {
  const stack = outputs.parse(stackOutputs);
  await startService(settings, webApp(settings, stack, name));
  return stack;
}

/** Stops the app. */
export function stopWebApp(settings: Settings, name = 'web-app'): Promise<boolean> {
  return stopService(settings, name);
}

function webApp(settings: Settings, stack: z.infer<typeof outputs>, name: string): Service {
  const { APP_PORT, PROXY_PORT } = settings.ports;
  return {
    name,
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', 'examples/web-app/app.ts'],
    environment: {
      ...cleanEnvironment(settings),
      COGNITO_DOMAIN: stack.Domain,
      USER_POOL_ID: stack.UserPoolId,
      CLIENT_ID: stack.ClientId,
      PROVIDER_NAME: stack.ProviderName,
      APP_URL: webAppUrl(settings),
      // The app's own calls to Cognito go to its real addresses; this leads them to the local one.
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: `http://127.0.0.1:${PROXY_PORT}`,
      NODE_EXTRA_CA_CERTS: stateFile(settings, 'tls', 'ca.pem'),
    },
    isReady: async () => (await fetch(`http://127.0.0.1:${APP_PORT}/`)).ok,
  };
}
