import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parsePhysicalId } from '../cloudformation/physical-id.ts';
import { journalIn } from '../federation/journal/journal.ts';
import { isSameProvider } from '../federation/properties/identity.ts';
import { InvalidRequestError } from '../federation/properties/properties.ts';
import { resourceName } from '../federation/resource-name.ts';
import type { RequestOf } from '../federation/turn.ts';
import { differencesOf } from '../federation/watch/drift.ts';
import { type Foresight, foresee } from '../federation/watch/foresee.ts';
import { readItem } from '../lease/items.ts';
import { type ReadChangeSet, readChangeSet, readTemporaryChangeSet } from './change-set.ts';
import { type Command, CommandError, optionsOf } from './command.ts';
import type { PlannedChange } from './planned-change.ts';
import { connectProviderStack, type ProviderStack, stackOptions, stackUsage } from './provider-stack.ts';
import { stepWords } from './step-words.ts';
import { endProgress, progress, styled } from './terminal.ts';

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
    if (changeSet.changes.length === 0) {
      console.log('The deployment changes no Custom::OktaCognitoIdp.');
      return 0;
    }
    let isWell = true;
    for (const change of changeSet.changes) {
      const { lines, problems } = await previewOf(provider, changeSet, change);
      console.log(
        [styled('bold', `${titles[change.action]} ${change.logicalResourceId}`), ...lines, ''].join('\n'),
      );
      isWell &&= problems === 0;
    }
    return isWell ? 0 : 1;
  },
};

const titles = { Add: 'Create', Modify: 'Update', Remove: 'Delete' } as const;

interface Options {
  readonly stack?: string | undefined;
  readonly 'change-set'?: string | undefined;
  readonly template?: string | undefined;
  readonly parameter: readonly string[];
}

async function read({ cloudFormation }: ProviderStack, options: Options): Promise<ReadChangeSet> {
  const { stack, template, 'change-set': name } = options;
  if (name !== undefined && template === undefined) return readChangeSet(cloudFormation, name, stack);
  if (template === undefined || name !== undefined)
    throw new CommandError('Give one of the two: --change-set or --template.');
  if (stack === undefined) throw new CommandError('--stack must name the stack that the template is for.');
  const parameters = new Map(options.parameter.map(parameterIn));
  const body = await readFile(template, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : 'unknown';
    throw new CommandError(`--template cannot be read: ${why}.`);
  });
  return readTemporaryChangeSet(cloudFormation, stack, body, parameters);
}

function parameterIn(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new CommandError(`--parameter must be key=value, but it is ${text}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

interface Preview {
  readonly lines: readonly string[];
  readonly problems: number;
}

async function previewOf(
  provider: ProviderStack,
  changeSet: ReadChangeSet,
  change: PlannedChange,
): Promise<Preview> {
  if (change.action === 'Remove') return { lines: removalOf(change), problems: 0 };
  const notes = change.unknown.map((place) =>
    styled('dim', `  ? ${place} is known only after the deployment. What depends on it is not checked.`),
  );
  const unknownPlace = change.unknown.find(
    (place) => place === 'UserPoolId' || place === 'OktaSecretId' || place === 'RoleArn',
  );
  if (unknownPlace !== undefined || !change.after) {
    return { lines: [...stepsOfNewPool, ...notes], problems: 0 };
  }
  progress(`Looking at what is there for ${change.logicalResourceId}`);
  try {
    const request = requestFor(changeSet, change);
    const { services, deadline } = provider;
    const item = await readItem(services.leases, resourceName(request), deadline.work.signal);
    const foresight = await foresee(request, journalIn(item ?? {}), services, deadline.work);
    return { lines: [...linesOf(foresight, change), ...notes], problems: foresight.problems.length };
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return { lines: [problemLine(error.message), ...notes], problems: 1 };
  } finally {
    endProgress();
  }
}

/** Of a pool that the deployment itself makes, nothing is there to look at. */
const stepsOfNewPool = [
  '  1. Okta: create the application, if there is none yet',
  '  2. Cognito: create the identity provider; Okta: assign the groups',
  '  3. Cognito: enable the identity provider on the app clients of UserPoolClientIds',
  '  4. Probe the sign-in',
];

function requestFor(
  { stackId, stackName }: ReadChangeSet,
  { action, logicalResourceId, physicalResourceId, before, after }: PlannedChange,
): RequestOf<'Create'> | RequestOf<'Update'> {
  const common = {
    requestId: `preview ${randomUUID()}`,
    stackId,
    stackName,
    logicalResourceId,
    issuedAt: undefined,
    properties: after ?? {},
  };
  if (action === 'Add' || physicalResourceId === undefined) return { ...common, requestType: 'Create' };
  return { ...common, requestType: 'Update', physicalResourceId, oldProperties: before ?? {} };
}

/** The steps, numbered: those of one number run at the same time. */
export function linesOf(
  { planned, observed, problems, rotation, isReplacement, past }: Foresight,
  change: PlannedChange,
): string[] {
  const lines: string[] = [];
  if (planned) {
    const { goal, plan } = planned;
    const names = new Map([...observed.groups.values()].flat().map(({ id, name }) => [id, name]));
    for (const [index, stage] of plan.entries()) {
      for (const step of stage) {
        lines.push(
          `  ${index + 1}. ${stepWords(step, goal.identity.providerName, (id) => names.get(id) ?? id)}`,
        );
        const changes = step.do === 'replaceApplication' || step.do === 'updateIdentityProvider';
        for (const { setting, wanted, found } of changes ? differencesOf([[step]], goal, observed) : []) {
          lines.push(
            `     ${setting}`,
            styled('red', `     - ${found}`),
            styled('green', `     + ${wanted}`),
          );
        }
      }
    }
    let next = plan.length;
    const add = (words: string) => {
      next += 1;
      lines.push(`  ${next}. ${words}`);
    };
    if (plan.length === 0) lines.push('  Nothing is to change in Okta or Cognito.');
    if (rotation?.do === 'rotate') add('Okta and Cognito: rotate the client secret, with no downtime');
    if (rotation?.do === 'settle')
      add('Okta and Cognito: end the rotation of the client secret that broke off');
    if (goal.properties.Verify !== 'None') add('Probe the sign-in');
    const old = parsePhysicalId(change.physicalResourceId ?? '');
    const leaves = past.others.filter(({ provider }) => old && isSameProvider(provider, old));
    if (isReplacement) {
      const application = leaves[0]?.application.id ?? old?.applicationId ?? '';
      add(
        `Then CloudFormation deletes the old federation: the identity provider ${old?.providerName} of ${old?.userPoolId}, and the Okta application ${application}`,
      );
    }
  }
  return [...lines, ...problems.map(problemLine)];
}

function problemLine(problem: string): string {
  return styled('red', `  ✗ ${problem}`);
}

function removalOf({ physicalResourceId }: PlannedChange): string[] {
  const id = parsePhysicalId(physicalResourceId ?? '');
  if (!id) return ['  Nothing is to be removed in Okta or Cognito.'];
  return [
    `  1. Cognito: disable ${id.providerName} on every app client of ${id.userPoolId} that lists it`,
    `  2. Cognito: delete the identity provider ${id.providerName}`,
    `  3. Okta: delete the application ${id.applicationId ?? ''}. One that was adopted goes back to how it was found, or is deleted if OnDelete says so`,
  ];
}
