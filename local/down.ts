/** `make down`: stops the local stack in any state, and a demo's stack that still runs beside it. */
import { command } from './narration.ts';
import { readSideSettings } from './settings.ts';
import { stopStack } from './stack.ts';

await command('down', async (settings) => {
  const beside = await readSideSettings(process.env, 'demo');
  const stopped = [...(await stopStack(settings)), ...(await stopStack(beside))];
  console.log(stopped.length === 0 ? 'Nothing is running.' : `Stopped: ${stopped.join(', ')}.`);
  return 0;
});
