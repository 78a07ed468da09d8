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
      Object.keys(outputs).map(async (file) => {
        const { length } = gzipSync(await readFile(path.resolve(file)));
        return [path.basename(file), length] as const;
      }),
    );
    return {
      files: Object.keys(outputs).map((file) => path.basename(file)),
      inputs: Object.values(outputs).flatMap((output) => Object.keys(output.inputs)),
      zipped: new Map(zipped),
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

  // Measured: 166 KB. A cold start reads this one, so what only some events need stays out of it.
  it('is small in the part that a cold start reads', () => {
    expect(provider.zipped.get('provider.js')).toBeLessThan(175 * KB);
  });

  // Measured: 288 KB. The Okta SDK alone would be several times that.
  it('is small as a whole', () => {
    const all = [...provider.zipped.values()].reduce((sum, bytes) => sum + bytes, 0);
    expect(all).toBeLessThan(300 * KB);
  });

  it('has in files of their own what only private keys, roles of other accounts and a policy need', () => {
    expect(provider.files.sort()).toEqual(['jose.js', 'provider.js', 'rules.js', 'ssm.js', 'sts.js']);
  });

  it('has no source of AWS credentials but the environment', () => {
    const sources = provider.inputs.flatMap(
      (input) => /node_modules.*\/credential-provider-([a-z-]+)/.exec(input)?.[1] ?? [],
    );
    expect([...new Set(sources)].sort()).toEqual(['env']);
  });

  it('has no classes of AWS errors, which are known by their names', () => {
    expect(provider.inputs.filter((input) => /@aws-sdk\/client-.*\/models\/errors\.js$/.test(input))).toEqual(
      [],
    );
  });

  it('has of zod only the functions that it calls: zod’s methods would bring nearly all of it', () => {
    const dropped = /zod\/.*\/(?:classic|locales)\/|zod\/.*\/(?:to-json-schema|compile)\.js/;
    expect(provider.inputs.filter((input) => dropped.test(input))).toEqual([]);
  });
});

describe('the failsafe’s bundle', () => {
  it('has nothing of Okta, and of AWS only the journal: it must run when the other cannot', async () => {
    const { inputs } = await bundled('failsafe');
    expect(inputs.filter((input) => /node_modules\/@okta\//.test(input))).toEqual([]);
    const clients = inputs.flatMap((input) => /@aws-sdk\/client-([a-z-]+)/.exec(input)?.[1] ?? []);
    expect([...new Set(clients)]).toEqual(['dynamodb']);
  });
});
