import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { awsSdk } from './aws-sdk.ts';
import { oktaSdk } from './okta-sdk.ts';
import { ownFiles } from './own-files.ts';
import { versionDefine } from './version.ts';

const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** How everything is bundled for Lambda's Node. */
export const bundleOptions = {
  absWorkingDir: projectRoot,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  // The ES modules of a package can be cut to what is used, its CommonJS cannot.
  mainFields: ['module', 'main'],
  // `require` takes a file beside it without the machinery of ES modules.
  supported: { 'dynamic-import': false },
  define: versionDefine,
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

/** Two lines, as many as `new Function` puts before a body: so positions in a source map hold there too. */
const head = '//\n//';

/** For `bundleLambda`: with source maps beside the files. */
export const debuggable = { sourcemap: true, banner: { js: head } } satisfies BuildOptions;

/** A file of a debuggable bundle as it is shipped: without its head and the name of its source map. */
export function withoutDebugging(code: string): string {
  return code.slice(head.length + 1).replace(/\/\/# sourceMappingURL=.*\n$/, '');
}

/**
 * Bundles a Lambda entry the way it is shipped: one CommonJS file, `<name>.js`, and beside it one for each module that is
 * loaded only when needed.
 *
 * @param entry the source file
 * @param outdir the folder to write to, created if it is missing
 * @param more options of esbuild beside those of what is shipped, such as `debuggable`
 * @returns what is in the bundle, the entry's own file first
 */
export async function bundleLambda(
  entry: string,
  outdir: string,
  more: BuildOptions = {},
): Promise<Metafile> {
  // The nearest package.json says how Node reads a .js file, and this project's says: as an ES module.
  await mkdir(outdir, { recursive: true });
  await writeFile(path.join(outdir, 'package.json'), '{"type":"commonjs"}\n');
  // A set takes what is added to it while it is gone through: a module found may need another.
  const entries = new Set([entry]);
  const whole: Metafile = { inputs: {}, outputs: {} };
  for (const source of entries) {
    const { metafile } = await bundle(source, outdir, entries, more);
    Object.assign(whole.inputs, metafile.inputs);
    Object.assign(whole.outputs, metafile.outputs);
  }
  return whole;
}

function bundle(entry: string, outdir: string, found: Set<string>, more: BuildOptions) {
  return build({
    ...bundleOptions,
    ...more,
    entryPoints: [entry],
    outdir,
    metafile: true,
    plugins: [ownFiles(found), oktaSdk(), awsSdk()],
  });
}
