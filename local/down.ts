/** `make down`: stops the local stack, whatever state it is in. */
import { command } from './narration.ts';
import { stopStack } from './stack.ts';

await command('down', async (settings) => {
  const stopped = await stopStack(settings);
  console.log(stopped.length === 0 ? 'Nothing is running.' : `Stopped: ${stopped.join(', ')}.`);
  return 0;
});
