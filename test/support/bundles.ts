/** The bundles that tests run: built for each run of jest, so that no test meets yesterday's code. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundleLambda, debuggable } from '../../build/lambda.ts';

/** Each entry, and the variable with the path of its bundle. */
const entries = {
  provider: { source: 'src/provider.ts', variable: 'PROVIDER_BUNDLE' },
  failsafe: { source: 'src/failsafe.ts', variable: 'FAILSAFE_BUNDLE' },
  watch: { source: 'src/watch.ts', variable: 'WATCH_BUNDLE' },
  preview: { source: 'test/support/virtual/preview.ts', variable: 'PREVIEW_BUNDLE' },
  diagnosis: { source: 'test/support/virtual/diagnosis.ts', variable: 'DIAGNOSIS_BUNDLE' },
} as const;

export type BundleName = keyof typeof entries;

const all = Object.values(entries);
const folders = resolve('.local', 'bundles');
const own = join(folders, String(process.pid));

/**
 * The path of a bundle.
 *
 * @throws Error if it is not built
 */
export function bundleOf(name: BundleName): string {
  const { variable } = entries[name];
  const file = process.env[variable];
  if (file === undefined || !existsSync(file)) {
    throw new Error(
      `No bundle of the ${name}: ${variable} is ${file ?? 'not set'}. Run the test by jest with this project's configuration, whose set-up builds it.`,
    );
  }
  return file;
}

/**
 * Builds every bundle as it is shipped, with source maps, and puts their paths into the environment of the tests. A bundle
 * that the environment names already, is left as it is.
 */
export async function buildBundles(): Promise<void> {
  await removeAbandoned();
  await Promise.all(
    all.map(async ({ source, variable }) => {
      if (process.env[variable] !== undefined) return;
      const folder = join(own, variable);
      await bundleLambda(source, folder, debuggable);
      process.env[variable] = join(folder, source.replace(/^.*\/(\w+)\.ts$/, '$1.js'));
    }),
  );
}

/** Removes what `buildBundles` built in this process, so that the next run in it (`jest --watch`) builds again. */
export async function removeBundles(): Promise<void> {
  for (const { variable } of all) {
    if (process.env[variable]?.startsWith(own)) delete process.env[variable];
  }
  await rm(own, { recursive: true, force: true });
}

/** Removes the bundles of runs that ended without a tear-down. */
async function removeAbandoned(): Promise<void> {
  await mkdir(folders, { recursive: true });
  for (const pid of await readdir(folders)) {
    if (!isAlive(Number(pid))) await rm(join(folders, pid), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
