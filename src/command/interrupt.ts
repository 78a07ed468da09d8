import { CommandError } from './command.ts';

/** A person's Ctrl-C, or the end of the terminal, while something has to be cleaned up. */
export interface Interrupt extends Disposable {
  /** Aborts with a CommandError. */
  readonly signal: AbortSignal;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Until its disposal, the first interruption aborts the signal instead of ending the process; the second ends it. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const stop = () =>
    controller.abort(new CommandError('The command was interrupted and has cleaned up. Run it again.'));
  for (const name of signals) process.once(name, stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of signals) process.removeListener(name, stop);
    },
  };
}
