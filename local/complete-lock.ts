/**
 * Completes the lock files with the packages for other platforms that npm left out, and with the hash of each package, and
 * drops the addresses of registries.
 *
 * npm leaves an optional package out of the lock if its registry does not have it, or if a node_modules without it
 * exists (https://github.com/npm/cli/issues/4828), and `npm ci` then refuses the lock everywhere. Run this after a change
 * of the dependencies: `node local/complete-lock.ts`. With `--check` it changes nothing, and fails if something is missing.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import * as z from 'zod';

// Records, not objects: a parsed record keeps the order of its keys, and so the file its shape.
const lockFile = z.record(z.string(), z.unknown());
const packages = z.record(z.string(), z.record(z.string(), z.unknown()));
const entry = z.object({
  dev: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const hash = z.string().regex(/^sha512-/);

/** `@swc/core-linux-arm64-musl` ends in its system, its processor and, on Linux, its C library. */
const NAME =
  /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|x64|ia32|ppc64|s390x|riscv64|loong64)(?:-(\w+))?$/;
const EXACT_VERSION = /^\d+\.\d+\.\d+$/;

for (const file of ['package-lock.json', 'cdk/package-lock.json']) await complete(file);

async function complete(file: string): Promise<void> {
  const lock = lockFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  const locked = packages.parse(lock.packages);
  const added = addLeftOut(locked);
  const unhashed = Object.entries(locked).filter(
    ([place, fields]) => isFetched(place, fields) && !('integrity' in fields),
  );
  const addressed = Object.entries(locked).filter(([, fields]) => 'resolved' in fields);
  const wrong = [
    ...added.map((name) => `${name} is left out`),
    ...unhashed.map(([place]) => `${place} has no hash`),
    ...addressed.map(([place]) => `${place} has the address of a registry`),
  ];
  if (wrong.length === 0) {
    console.log(`${file} is complete.`);
  } else if (process.argv.includes('--check')) {
    console.log(`${file}: ${wrong.join(', ')}. Run \`node local/complete-lock.ts\`.`);
    process.exitCode = 1;
  } else {
    for (const [place, { version, ...fields }] of unhashed) {
      const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      locked[place] = { version, integrity: await integrityOf(`${name}@${version}`), ...fields };
    }
    for (const [place] of addressed) delete locked[place]?.resolved;
    lock.packages = Object.fromEntries(Object.entries(locked).sort(([a], [b]) => a.localeCompare(b, 'en')));
    writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`${file}, completed: ${wrong.join(', ')}`);
  }
}

/** Whether it is a package of its own: the project is none, and a bundled package comes inside another one. */
function isFetched(place: string, fields: Readonly<Record<string, unknown>>): boolean {
  return place !== '' && fields.inBundle !== true;
}

/** Adds the optional packages that npm left out, and gives their names. */
function addLeftOut(locked: z.infer<typeof packages>): string[] {
  const added: string[] = [];
  for (const [parent, fields] of Object.entries(locked)) {
    const { dev, optionalDependencies } = entry.parse(fields);
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const place = `node_modules/${name}`;
      if (place in locked || `${parent}/${place}` in locked) continue;
      const [, os, cpu, abi = ''] = NAME.exec(name) ?? [];
      if (os === undefined || cpu === undefined || !EXACT_VERSION.test(version)) {
        throw new Error(`${parent} needs ${name} ${version}, whose platform or version is unknown.`);
      }
      const libc = abi.startsWith('musl') ? 'musl' : 'glibc';
      locked[place] = {
        version,
        cpu: [cpu],
        ...(dev && { dev }),
        ...(os === 'linux' && { libc: [libc] }),
        optional: true,
        os: [os],
      };
      added.push(name);
    }
  }
  return added;
}

/**
 * The hash of a published package, from the registry that npm is set up with.
 *
 * @throws Error if the registry does not have the package
 */
async function integrityOf(published: string): Promise<string> {
  const { stdout } = await promisify(execFile)('npm', ['view', published, 'dist.integrity']);
  return hash.parse(stdout.trim());
}
