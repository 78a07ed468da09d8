import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { bundleLambda } from '../lambda.ts';
import { packageVersion } from '../version.ts';

/** A function's code as one CommonJS file, and what is in it. */
export interface InlineCode {
  readonly code: string;
  readonly bundled: Metafile;
}

/** A file of a bundle. */
export interface BundledFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Bundles a Lambda entry as `sam build` does, and packs its files into one: inline code of CloudFormation is one file.
 *
 * @param entry the source file
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
 */
export async function inlineCode(entry: string): Promise<InlineCode> {
  const folder = await mkdtemp(path.join(tmpdir(), 'inline-'));
  try {
    const bundled = await bundleLambda(entry, folder);
    const [first, ...later] = await Promise.all(
      Object.keys(bundled.outputs).map(async (file) => {
        const name = path.basename(file);
        return { name, text: await readFile(path.join(folder, name), 'utf8') };
      }),
    );
    if (first === undefined) throw new Error(`The bundle of ${entry} has no file.`);
    return { code: packed(first, later), bundled };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Packs files, so that the template keeps below CloudFormation's limit. Each is packed alone: what a start does not need,
 * it does not unpack. test/loopback/build/cold-start.test.ts holds the cost to the budget of files that are not packed.
 *
 * @param entry is run first; its exports are those of the code
 * @param later are run if a file requires them, as `./<name>`
 * @returns one CommonJS file
 * @throws Error if a file has a character that is not one byte in Latin-1
 */
export function packed(entry: BundledFile, later: readonly BundledFile[]): string {
  const files = [entry, ...later.toSorted((a, b) => (a.name < b.name ? -1 : 1))].map(
    ({ name, text }) => `${JSON.stringify(`./${name}`)}:'${pack(name, text)}'`,
  );
  return [
    `/* okta-cognito-idp ${packageVersion} */`,
    '"use strict";',
    `const files={${files.join(',\n')}},loaded={};`,
    "const unpack=text=>require('node:zlib').brotliDecompressSync(Buffer.from(text,'base64')).toString('latin1');",
    'const load=name=>{',
    'if(!Object.hasOwn(files,name))return require(name);',
    'if(!Object.hasOwn(loaded,name)){const module=loaded[name]={exports:{}};',
    // Not `new Function`, which takes more processor time.
    "require('node:vm').compileFunction(unpack(files[name]),['module','exports','require'],{filename:name})(module,module.exports,load);}",
    'return loaded[name].exports;};',
    `module.exports=load(${JSON.stringify(`./${entry.name}`)});`,
  ].join('\n');
}

/** 64 KB. Unpacking keeps this window in memory, 4 MB if it is not set; the code becomes 3 % larger. */
const windowBits = 16;

/** Latin-1 is unpacked faster than UTF-8, and V8 keeps it in half the memory of other text. */
function pack(name: string, text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.toString('latin1') !== text) throw new Error(`${name} has a character outside of Latin-1.`);
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: windowBits } }).toString(
    'base64',
  );
}
