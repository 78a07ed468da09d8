import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { bundleLambda } from '../lambda.ts';
import { packageVersion } from '../version.ts';

/** A function's code as one CommonJS file, and what is in it. */
export interface InlineCode {
  readonly code: string;
  readonly bundled: Metafile;
}

/**
 * Bundles a Lambda entry as `sam build` does, and puts its files into one: inline code of CloudFormation is one file.
 * A file that is loaded only when needed stays a function of its own, which is run only then.
 *
 * @param name of the entry in `src`, without `.ts`
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
 */
export async function inlineCode(name: string): Promise<InlineCode> {
  const folder = await mkdtemp(path.join(tmpdir(), 'inline-'));
  try {
    const bundled = await bundleLambda(path.join('src', `${name}.ts`), folder);
    const [entry, ...later] = await Promise.all(
      Object.keys(bundled.outputs).map(async (file) => {
        const name = path.basename(file);
        return { name, text: (await readFile(path.join(folder, name), 'utf8')).trimEnd() };
      }),
    );
    if (entry === undefined) throw new Error(`The bundle of ${name} has no file.`);
    return { code: later.length === 0 ? entry.text : joined(entry.text, later), bundled };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function joined(entry: string, later: readonly { readonly name: string; readonly text: string }[]): string {
  const files = later
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
    .map(({ name, text }) => `${JSON.stringify(`./${name}`)}(module,exports,require){${text}\n}`);
  return [
    '"use strict";',
    `const files={${files.join(',\n')}},loaded={};`,
    'const load=name=>{',
    'if(!(name in files))return require(name);',
    'if(!(name in loaded)){const module={exports:{}};files[name](module,module.exports,require);loaded[name]=module;}',
    'return loaded[name].exports;};',
    `((require)=>{${entry}\n})(load);`,
  ].join('\n');
}

/**
 * Packs code, so that the template keeps below CloudFormation's limit. Unpacking takes some milliseconds of each cold start.
 */
export function packed(code: string): string {
  const text = brotliCompressSync(code).toString('base64');
  return [
    `/* okta-cognito-idp ${packageVersion} */`,
    '"use strict";',
    `const code=require('node:zlib').brotliDecompressSync(Buffer.from('${text}','base64')).toString();`,
    "new Function('module','exports','require',code)(module,exports,require);",
  ].join('\n');
}
