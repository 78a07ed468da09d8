import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleLambda } from '../../../build/lambda.ts';

const KB = 1024;

/** Bundles an entry and tells what went into it, and how big it is as it is uploaded. */
async function bundled(name: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'lambda-'));
  try {
    const { outputs } = await bundleLambda(`src/${name}.ts`, folder);
    const zipped = await Promise.all(
      Object.keys(outputs).map(async (file) => gzipSync(await readFile(path.resolve(file))).length),
    );
    return {
      files: Object.keys(outputs).map((file) => path.basename(file)),
      inputs: Object.values(outputs).flatMap((output) => Object.keys(output.inputs)),
      zipped: zipped.reduce((sum, bytes) => sum + bytes, 0),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the provider’s bundle', () => {
  let provider: Awaited<ReturnType<typeof bundled>>;

  beforeAll(async () => {
    provider = await bundled('provider');
  });

  it('is a fraction of what the Okta SDK alone would make it', () => {
    expect(provider.zipped).toBeLessThan(220 * KB);
  });

  it('has in files of their own what only private keys and roles of other accounts need', () => {
    expect(provider.files.sort()).toEqual(['jose.js', 'provider.js', 'sts.js']);
  });

  it('has no source of AWS credentials but the environment', () => {
    const sources = provider.inputs.flatMap(
      (input) => /node_modules.*\/credential-provider-([a-z-]+)/.exec(input)?.[1] ?? [],
    );
    expect([...new Set(sources)].sort()).toEqual(['env']);
  });

  it('has of zod only the functions that it calls: zod’s methods would bring nearly all of it', () => {
    const dropped = /zod\/.*\/(?:classic|locales)\/|zod\/.*\/(?:to-json-schema|compile)\.js/;
    expect(provider.inputs.filter((input) => dropped.test(input))).toEqual([]);
  });
});

describe('the failsafe’s bundle', () => {
  it('has nothing of Okta or AWS: it must run when the other cannot', async () => {
    const { inputs } = await bundled('failsafe');
    expect(inputs.filter((input) => /node_modules\/@(?:okta|aws-sdk)\//.test(input))).toEqual([]);
  });
});
