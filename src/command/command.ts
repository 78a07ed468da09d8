import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** A sub-command. */
export interface Command {
  /** What it does, in a few words. */
  readonly summary: string;
  readonly usage: string;
  /**
   * @param args what follows the sub-command's name.
   * @returns the exit code: 0 if all is well, 1 if it found something.
   * @throws CommandError, if it cannot do what it is asked for.
   */
  run(args: readonly string[]): Promise<0 | 1 | 2>;
}

/** What was asked for cannot be done. The message says why, and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** @throws CommandError with the usage, if an option is unknown or lacks its value. */
export function optionsOf<const Options extends ParseArgsOptionsConfig>(
  usage: string,
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    const [wrong = ''] = error instanceof Error ? error.message.split('. ') : [];
    throw new CommandError(`${wrong}.\n\n${usage}`);
  }
}

/** What a person reads if a sub-command could not do its work. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'The command failed for an unknown reason. Run it again.';
  if (error.name === 'CredentialsProviderError') {
    return 'There are no AWS credentials: sign in with the AWS CLI, or set AWS_PROFILE.';
  }
  return error instanceof CommandError
    ? error.message
    : `The command could not read what it needs: ${error.message || error.name}`;
}
