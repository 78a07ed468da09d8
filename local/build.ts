/** The first half of `make build`: the three Lambda functions, as they are shipped, into .aws-sam/build. build/bundle.ts makes the command. */
import { buildProvider } from './deploy.ts';
import { command, narrate } from './narration.ts';

await command('build', async (settings) => {
  await narrate('Build the provider (sam build) into .aws-sam/build', () => buildProvider(settings));
  return 0;
});
