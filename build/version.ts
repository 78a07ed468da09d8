import { readFileSync } from 'node:fs';
import * as z from 'zod';

const file = new URL('../package.json', import.meta.url);

/** The version in package.json, which a release sets. `npm run generate` copies it to the template and the CDK package. */
export const packageVersion: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(file, 'utf8'))).version;

/** Puts the version into src/version.ts: esbuild's `define`. */
export const versionDefine: Readonly<Record<string, string>> = {
  'process.env.OKTA_COGNITO_IDP_VERSION': JSON.stringify(packageVersion),
};
