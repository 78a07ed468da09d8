import path from 'node:path';
import { bundleLambda } from './lambda.ts';

const [name, outdir] = process.argv.slice(2);
if (name && outdir) {
  await bundleLambda(path.join('src', `${name}.ts`), path.resolve(outdir));
} else {
  console.error('usage: node build/bundle.ts <provider|failsafe> <output folder>');
  process.exitCode = 2;
}
