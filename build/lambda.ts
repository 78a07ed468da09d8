import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildResult, build } from 'esbuild';
import { awsCredentials } from './aws-credentials.ts';
import { oktaSdk } from './okta-sdk.ts';

const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Bundles a Lambda entry into one CommonJS file, `<name>.js`, the way it is shipped.
 *
 * @param entry the source file
 * @param outdir the folder to write to, made where it is missing
 * @returns esbuild's result, whose metafile says what is in the bundle
 */
export async function bundleLambda(entry: string, outdir: string): Promise<BuildResult<{ metafile: true }>> {
  // The nearest package.json says how Node reads a .js file, and this project's says: as an ES module.
  await mkdir(outdir, { recursive: true });
  await writeFile(path.join(outdir, 'package.json'), '{"type":"commonjs"}\n');
  return build({
    entryPoints: [entry],
    outdir,
    absWorkingDir: projectRoot,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    // The ES modules of a package can be cut to what is used, its CommonJS cannot.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [oktaSdk(), awsCredentials()],
  });
}
