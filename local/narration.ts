/** What a command says while it works: one line a step, and a sign of life in long ones. */
import { readSettings, type Settings } from './settings.ts';

const SIGN_OF_LIFE_MS = 5_000;

/** Says what is done, does it, and says how long it took. */
export async function narrate<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  console.log(`• ${what} …`);
  const signs = setInterval(() => console.log(`  … ${seconds()}`), SIGN_OF_LIFE_MS);
  try {
    const result = await act();
    console.log(`  done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(signs);
  }
}

/**
 * Runs a command to its end: an error becomes one line, and an error or an interrupt cleans up.
 *
 * @param name - the command, for the line
 * @param act - the command; what it returns is the exit code
 * @param cleanUp - what must happen if it fails or is interrupted
 * @param choose - which stack it is about
 */
export async function command(
  name: string,
  act: (settings: Settings) => Promise<number>,
  cleanUp: (settings: Settings) => Promise<unknown> = async () => undefined,
  choose: (environment: NodeJS.ProcessEnv) => Promise<Settings> = readSettings,
): Promise<void> {
  let settings: Settings | undefined;
  const leave = async (sentence: string, code: number) => {
    if (settings !== undefined) await cleanUp(settings);
    console.error(`${name}: ${sentence}`);
    process.exit(code);
  };
  process.once('SIGINT', () => leave('interrupted', 130));
  process.once('SIGTERM', () => leave('terminated', 143));
  try {
    settings = await choose(process.env);
    process.exitCode = await act(settings);
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    await leave(sentence, 1);
  }
}
