/** Before e2e tests: the functions that the local stack runs must be the code as it stands now. */
import { existsSync, readFileSync } from 'node:fs';
import { withoutDebugging } from '../build/lambda.ts';
import setUpStack from './stack.setup.ts';
import { bundleOf } from './support/bundles.ts';

export default async function setUp(): Promise<void> {
  await setUpStack();
  if (process.env.SERVICE_TOKEN === undefined) return;
  for (const [name, folder] of [
    ['provider', 'ProviderFunction'],
    ['failsafe', 'FailsafeFunction'],
  ] as const) {
    const deployed = `.aws-sam/build/${folder}/${name}.js`;
    const today = withoutDebugging(readFileSync(bundleOf(name), 'utf8'));
    if (!existsSync(deployed) || readFileSync(deployed, 'utf8') !== today) {
      throw new Error(
        `The local stack runs older code than src/${name}.ts: \`make down\`, then \`make up\` again.`,
      );
    }
  }
}
