/** `make build`: both Lambda functions, as they are shipped, into .aws-sam/build. */
import { buildProvider } from './deploy.ts';
import { command, narrate } from './narration.ts';

await command('build', async (settings) => {
  await narrate('Build the provider (sam build) into .aws-sam/build', () => buildProvider(settings));
  return 0;
});
