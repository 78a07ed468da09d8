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
    const answer = answers[name]?.shift() ?? echo(name, command.input);
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'function') return answer();
    return answer ?? {};
  };
  // The one method of the SDK's client that is called.
  return { client: Object.assign(Object.create(null), { send }), signal: new AbortController().signal, sent };
}

/** An update of an app client answers with what was sent, as Cognito does. */
function echo(name: string, input: Record<string, unknown>): unknown {
  return name === 'UpdateUserPoolClient' ? { UserPoolClient: input } : undefined;
}

export function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}
