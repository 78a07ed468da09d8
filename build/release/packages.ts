import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
});
const lock = z.object({
  packages: z.record(z.string(), z.looseObject({ integrity: z.string().optional() })),
});

/** A package with a part in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An expression of SPDX: https://spdx.dev/learn/handling-license-info/ */
  readonly license: string;
  /** The package's own license texts and notices. */
  readonly texts: readonly string[];
  /** The SHA-512 of the published package, in hexadecimal. */
  readonly sha512: string;
}

const LEGAL_FILE = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i;

/**
 * The packages that bundles are made of, each once, by name and version.
 *
 * @throws Error if a package names no license or has no hash in package-lock.json
 */
export function bundledPackages(bundles: readonly Metafile[]): readonly BundledPackage[] {
  const locked = lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8'))).packages;
  const folders = new Set(
    bundles
      .flatMap(({ outputs }) => Object.values(outputs))
      .flatMap(({ inputs }) => Object.entries(inputs))
      // What tree shaking left nothing of is not shipped.
      .flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? (packageFolder(input) ?? []) : [])),
  );
  const packages = [...folders].map((folder) => bundledPackage(folder, locked[folder]?.integrity));
  const byName = new Map(packages.map((found) => [`${found.name}@${found.version}`, found]));
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
}

/** `node_modules/a/node_modules/@b/c` of a file below it; an input may have a plugin's namespace in front. */
function packageFolder(input: string): string | undefined {
  return /(?:^|[/:])(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function bundledPackage(folder: string, integrity: string | undefined): BundledPackage {
  const found = manifest.safeParse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
  if (!found.success) throw new Error(`${folder}/package.json names no license, or no version.`);
  if (!integrity?.startsWith('sha512-')) throw new Error(`${folder} has no hash in package-lock.json.`);
  const legal = readdirSync(folder).filter((name) => LEGAL_FILE.test(name));
  return {
    ...found.data,
    texts: legal.toSorted().map((name) => readFileSync(path.join(folder, name), 'utf8').trim()),
    sha512: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex'),
  };
}
