import path from 'node:path';
import { bundleCommand } from './command.ts';
import { bundleLambda } from './lambda.ts';

const bundlers: Record<string, (entry: string, outdir: string) => Promise<unknown>> = {
  provider: bundleLambda,
  failsafe: bundleLambda,
  doctor: bundleCommand,
};

const [name = '', outdir] = process.argv.slice(2);
const bundle = bundlers[name];
if (bundle && outdir) {
  await bundle(path.join('src', `${name}.ts`), path.resolve(outdir));
} else {
  console.error(`usage: node build/bundle.ts <${Object.keys(bundlers).join('|')}> <output folder>`);
  process.exitCode = 2;
}
