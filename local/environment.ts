/** The file `.local/env`: what a person, a template and a test need to know of the running stack. */
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

const environment = z.object({
  AWS_ENDPOINT_URL: z.url(),
  AWS_REGION: z.string(),
  AWS_DEFAULT_REGION: z.string(),
  AWS_ACCESS_KEY_ID: z.string(),
  AWS_SECRET_ACCESS_KEY: z.string(),
  SERVICE_TOKEN: z.string(),
  OKTA_ORG_URL: z.url(),
  OKTA_API_TOKEN: z.string(),
  OKTA_ADMIN_URL: z.url(),
  LOCAL_DIR: z.string(),
  AWS_PORT: z.string(),
  OKTA_PORT: z.string(),
  OKTA_ADMIN_PORT: z.string(),
  COGNITO_TLS_PORT: z.string(),
  PROXY_PORT: z.string(),
  APP_PORT: z.string(),
});

/**
 * The running stack, as the variables of `.local/env`. The ports and the folder are among them, so that a shell
 * that sources the file runs the commands of this project on the same stack.
 */
export type StackEnvironment = z.infer<typeof environment>;

/** Writes the variables as `export` lines, for `source`; only the owner may read the file: a token is in it. */
export function writeEnvironment(file: string, variables: StackEnvironment): void {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
}

/**
 * Reads back what {@link writeEnvironment} wrote.
 *
 * @throws Error if there is no such file, or a variable is missing from it
 */
export function readEnvironment(file: string): StackEnvironment {
  const lines = readFileSync(file, 'utf8').matchAll(/^export (\w+)='(.*)'$/gm);
  return environment.parse(Object.fromEntries([...lines].map(([, name, value]) => [name, value])));
}
