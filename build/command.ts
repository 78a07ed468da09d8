import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { oktaSdk } from './okta-sdk.ts';
import { versionDefine } from './version.ts';

/** Node 20, which people still have, lacks what Lambda's Node has. */
const urlParse =
  'URL.parse ??= (url, base) => { try { return new URL(url, base); } catch { return null; } };';

/**
 * Bundles an entry into one executable file, `<name>.js`, for people's own machines: unlike in Lambda, the AWS SDK looks
 * for credentials in all places that the AWS CLI uses.
 *
 * @param entry the source file
 * @param outdir the folder to write to, created if it is missing
 */
export async function bundleCommand(entry: string, outdir: string): Promise<void> {
  await mkdir(outdir, { recursive: true });
  await build({
    entryPoints: [entry],
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minify: true,
    mainFields: ['module', 'main'],
    // A CommonJS module in the bundle asks for Node's own ones by `require`, which an ES module has to make for itself.
    banner: {
      js: `#!/usr/bin/env node\nimport { createRequire } from 'node:module';const require = createRequire(import.meta.url);${urlParse}`,
    },
    define: versionDefine,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [oktaSdk()],
  });
  await writeFile(path.join(outdir, 'package.json'), '{"type":"module"}\n');
  await chmod(path.join(outdir, `${path.basename(entry, '.ts')}.js`), 0o755);
}
