import type { Cognito } from '../../../src/cognito/client.ts';

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Record<string, unknown>;
}

/** Cognito as a list of answers, by the name of the command; what was sent is kept. */
export function scripted(
  answers: Record<string, unknown[]>,
): Cognito & { sent: [string, Record<string, unknown>][] } {
  const sent: [string, Record<string, unknown>][] = [];
  const send = async (command: Command) => {
    const name = command.constructor.name.replace(/Command$/, '');
    sent.push([name, command.input]);
    const answer = answers[name]?.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? {};
  };
  // The one method of the SDK's client that is called.
  return { client: Object.assign(Object.create(null), { send }), signal: new AbortController().signal, sent };
}

export function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}
