import { type Command, reasonOf } from './command.ts';
import { doctor } from './doctor.ts';
import { drift } from './drift.ts';
import { list } from './list.ts';
import { preview } from './preview.ts';
import { rotate } from './rotate.ts';
import { printable } from './terminal.ts';

const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({ doctor, list, drift, rotate, preview }),
);

const usage = `Usage: okta-cognito-idp <command> [options]

Looks after the federations of Amazon Cognito user pools with Okta.

${[...commands].map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`).join('\n')}

okta-cognito-idp <command> --help says more about one of them.
Exit codes: 0 all is well, 1 something was found, 2 the command could not do its work.`;

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h') return print(usage);
  const command = commands.get(name);
  if (!command) {
    console.error(`There is no command ${printable(name)}.\n\n${usage}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) return print(command.usage);
  try {
    return await command.run(args);
  } catch (error) {
    console.error(reasonOf(error).split('\n').map(printable).join('\n'));
    return 2;
  }
}

function print(text: string): 0 {
  console.log(text);
  return 0;
}
