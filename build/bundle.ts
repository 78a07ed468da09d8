import path from 'node:path';
import { bundleCommand } from './command.ts';
import { bundleLambda } from './lambda.ts';

const bundlers: Record<string, (entry: string, outdir: string) => Promise<unknown>> = {
  provider: bundleLambda,
  failsafe: bundleLambda,
  watch: bundleLambda,
  'okta-cognito-idp': bundleCommand,
};

const [name = '', outdir] = process.argv.slice(2);
const bundle = bundlers[name];
if (bundle && outdir) {
  const folder = bundle === bundleCommand ? path.join('src', 'command') : 'src';
  await bundle(path.join(folder, `${name}.ts`), path.resolve(outdir));
} else {
  console.error(`usage: node build/bundle.ts <${Object.keys(bundlers).join('|')}> <output folder>`);
  process.exitCode = 2;
}
