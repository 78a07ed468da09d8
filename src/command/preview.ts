import { readFile } from 'node:fs/promises';
import { type ReadChangeSet, readChangeSet, readTemporaryChangeSet } from './change-set.ts';
import { type Command, CommandError, optionsOf } from './command.ts';
import { previewOf } from './previewed-change.ts';
import { connectProviderStack, type ProviderStack, stackOptions, stackUsage } from './provider-stack.ts';
import { endProgress, printable, progress, styled } from './terminal.ts';

const usage = `Usage: okta-cognito-idp preview --stack <name> (--change-set <name> | --template <file>) [options]

Says step by step what a deployment will do in Okta and Cognito, and checks its preconditions. It changes nothing there.
With --template it makes a change set, reads it and deletes it.

  --stack <name>            the stack to deploy
  --change-set <name>       a change set of that stack, a name or an ARN
  --template <file>         a template, of at most 51,200 bytes
  --parameter <key=value>   a parameter of the template; once for each. Others keep their value
${stackUsage}
  --help                    print this

Ends with 0 if the deployment will succeed as far as can be known, 1 if a precondition does not hold, 2 if it could not look.`;

export const preview: Command = {
  summary: 'says what a deployment will do in Okta and Cognito, before it does it',
  usage,
  async run(args) {
    const options = optionsOf(usage, args, {
      ...stackOptions,
      stack: { type: 'string' },
      'change-set': { type: 'string' },
      template: { type: 'string' },
      parameter: { type: 'string', multiple: true, default: [] },
    });
    using provider = await connectProviderStack(options['provider-stack'], options.region);
    const changeSet = await read(provider, options);
    for (const line of notLookedAt(changeSet)) console.log(line);
    let isWell = true;
    for (const change of changeSet.changes) {
      progress(`Looking at what is there for ${change.logicalResourceId}`);
      const { lines, problems } = await previewOf(
        { ...provider.services, ...provider.permissions },
        provider.deadline.work,
        changeSet,
        change,
      ).finally(endProgress);
      console.log(
        [styled('bold', `${titles[change.action]} ${change.logicalResourceId}`), ...lines, ''].join('\n'),
      );
      isWell &&= problems === 0;
    }
    return isWell ? 0 : 1;
  },
};

/** What a change set says nothing of, and that it changes no resource of this project's. */
export function notLookedAt({
  changes,
  nestedStacks,
}: Pick<ReadChangeSet, 'changes' | 'nestedStacks'>): readonly string[] {
  const isNested = nestedStacks.length > 0;
  const nested = printable(
    `Nested stacks may change too: ${nestedStacks.join(', ')}. The command does not look into nested stacks. To preview one, create the change set with --include-nested-stacks, and name the nested stack's own change set with --change-set.`,
  );
  return [
    ...(changes.length > 0
      ? []
      : [
          isNested
            ? 'The deployment changes no Custom::OktaCognitoIdp of this stack itself.'
            : 'The deployment changes no Custom::OktaCognitoIdp.',
        ]),
    ...(isNested ? [nested, ''] : []),
  ];
}

const titles = { Add: 'Create', Modify: 'Update', Remove: 'Delete' } as const;

interface Options {
  readonly stack?: string | undefined;
  readonly 'change-set'?: string | undefined;
  readonly template?: string | undefined;
  readonly parameter: readonly string[];
}

async function read(
  { cloudFormation, serviceToken }: ProviderStack,
  options: Options,
): Promise<ReadChangeSet> {
  const { stack, template, 'change-set': name } = options;
  if (name !== undefined && template === undefined)
    return readChangeSet(cloudFormation, name, stack, serviceToken);
  if (template === undefined || name !== undefined)
    throw new CommandError('Give one of the two: --change-set or --template.');
  if (stack === undefined) throw new CommandError('--stack must name the stack that the template is for.');
  const parameters = new Map(options.parameter.map(parameterIn));
  const body = await readFile(template, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : 'unknown';
    throw new CommandError(`--template cannot be read: ${why}.`);
  });
  return readTemporaryChangeSet(cloudFormation, stack, body, parameters, serviceToken);
}

function parameterIn(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new CommandError(`--parameter must be key=value, but it is ${text}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
