import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleLambda } from '../../../build/lambda.ts';

const KB = 1024;

/** Bundles an entry and tells what went into it, and how big it is as it is uploaded. */
async function bundled(name: string): Promise<{ inputs: string[]; zipped: number }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lambda-'));
  try {
    const { metafile } = await bundleLambda(`src/${name}.ts`, folder);
    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
    return { inputs, zipped: gzipSync(await readFile(path.join(folder, `${name}.js`))).length };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the provider’s bundle', () => {
  let provider: Awaited<ReturnType<typeof bundled>>;

  beforeAll(async () => {
    provider = await bundled('provider');
  }, 60_000);

  it('is a fraction of what the Okta SDK alone would make it', () => {
    expect(provider.zipped).toBeLessThan(220 * KB);
  });

  it('has no source of AWS credentials but the environment and what serves containers', () => {
    const sources = provider.inputs.flatMap(
      (input) => /^node_modules.*\/credential-provider-([a-z-]+)/.exec(input)?.[1] ?? [],
    );
    expect([...new Set(sources)].sort()).toEqual(['env', 'http', 'imds', 'node']);
  });

  it('has of zod’s languages the one that it speaks: `import { z }` would bring them all', () => {
    const locales = provider.inputs.filter((input) => /zod\/.*\/locales\/(?!index)/.test(input));
    expect(locales.map((input) => path.basename(input))).toEqual(['en.js']);
  });
});

describe('the failsafe’s bundle', () => {
  it('has nothing of Okta or AWS: it must run when the other cannot', async () => {
    const { inputs } = await bundled('failsafe');
    expect(inputs.filter((input) => /node_modules\/@(?:okta|aws-sdk)\//.test(input))).toEqual([]);
  }, 60_000);
});
