import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import * as z from 'zod';
import { bundleLambda, bundleOptions } from '../../build/lambda.ts';
import { inlineCode } from '../../build/release/inline-code.ts';

const run = promisify(execFile);
const shipped = 'bench/cold-start/shipped.ts';

/** What is loaded, each by the entry of that name in this folder. `released` is `shipped` as a release has it: inline code. */
export type Candidate = 'floor' | 'shipped' | 'released' | 'whole-sdk';

const loadSchema = z.object({ ms: z.number(), cpuMs: z.number(), megabytes: z.number() });

/** One load in a process of its own. */
export type Load = z.infer<typeof loadSchema>;

export interface ColdStarts {
  /** Kilobytes of the file that each start reads, zipped. */
  readonly zipped: ReadonlyMap<Candidate, number>;
  /** One after another in each round, so that other load on the machine meets all of them. */
  readonly rounds: readonly Readonly<Record<Candidate, Load>>[];
}

/**
 * Loads each candidate by turns.
 * @param candidates to load; those that are left out are nought in each round.
 * @param rounds how many loads of each count; one more comes before, for the file cache.
 */
export async function measureColdStarts(
  candidates: readonly Candidate[],
  rounds: number,
): Promise<ColdStarts> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cold-start-'));
  try {
    const zipped = new Map<Candidate, number>();
    for (const candidate of candidates) zipped.set(candidate, await bundle(candidate, folder));
    const measured: Record<Candidate, Load>[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const none = { ms: 0, cpuMs: 0, megabytes: 0 };
      const loads: Record<Candidate, Load> = {
        floor: none,
        shipped: none,
        released: none,
        'whole-sdk': none,
      };
      for (const candidate of candidates) loads[candidate] = await load(path.join(folder, candidate));
      if (round > 0) measured.push(loads);
    }
    return { zipped, rounds: measured };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @returns kilobytes, zipped. */
async function bundle(candidate: Candidate, folder: string): Promise<number> {
  const outdir = path.join(folder, candidate);
  const outfile = path.join(outdir, `${candidate}.js`);
  switch (candidate) {
    case 'shipped':
      await bundleLambda(shipped, outdir);
      break;
    case 'released':
      await mkdir(outdir);
      await writeFile(outfile, (await inlineCode(shipped)).code);
      break;
    case 'floor':
    case 'whole-sdk':
      await build({ ...bundleOptions, entryPoints: [`bench/cold-start/${candidate}.ts`], outfile });
  }
  return gzipSync(await readFile(outfile)).length / 1024;
}

async function load(outdir: string): Promise<Load> {
  const file = path.join(outdir, `${path.basename(outdir)}.js`);
  const { stdout } = await run(process.execPath, ['bench/cold-start/load.cjs', file], {
    env: { ...process.env, AWS_REGION: 'us-east-1', NODE_OPTIONS: '' },
  });
  return loadSchema.parse(JSON.parse(stdout));
}
