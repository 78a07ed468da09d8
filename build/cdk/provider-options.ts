import { parse } from 'yaml';
import * as z from 'zod';
import { camelCase, enumeration, type Field, struct, writer } from './typescript.ts';

const parameter = z.object({
  Type: z.enum(['String', 'Number', 'CommaDelimitedList']),
  Default: z.union([z.string(), z.number()]),
  AllowedValues: z.optional(z.array(z.union([z.string(), z.number()]))),
  Description: z.string(),
});
const template = z.object({ Parameters: z.record(z.string(), parameter) });

/** These come from `vpc` and from the secret itself: `OktaFederationProviderProps`, which is written by hand. */
const byHand: readonly string[] = ['OktaSecretArn', 'OktaSecretKmsKeyArn', 'SubnetIds', 'SecurityGroupIds'];

type Construct = Pick<Field, 'name' | 'type' | 'write'> & { readonly from: string };

/** Parameters that name something for which CDK has a construct or a class. */
const constructs: Readonly<Record<string, Construct>> = {
  OtherOktaSecretArns: {
    ...listOf('otherOktaSecrets', 'secretsmanager.ISecret', ''),
    write: (given) => `${given}?.map(completeArn).join(',')`,
  },
  OtherKmsKeyArns: listOf('otherKmsKeys', 'kms.IKey', 'keyArn'),
  UserPoolArns: listOf('userPools', 'cognito.IUserPool', 'userPoolArn'),
  PolicyParameter: one('policyParameter', 'ssm.IStringParameter', 'parameterName'),
  JournalTableName: one('journalTable', 'dynamodb.ITable', 'tableName'),
  AlarmTopicArn: one('alarmTopic', 'sns.ITopic', 'topicArn'),
  Architecture: one('architecture', 'lambda.Architecture', 'name'),
  PermissionsBoundary: one('permissionsBoundary', 'iam.IManagedPolicy', 'managedPolicyArn'),
  KmsKeyArn: one('encryptionKey', 'kms.IKey', 'keyArn'),
  CodeSigningConfigArn: one('codeSigningConfig', 'lambda.ICodeSigningConfig', 'codeSigningConfigArn'),
  LogRetentionInDays: {
    ...one('logRetention', 'logs.RetentionDays', ''),
    write: (given) => `${given}?.toString()`,
  },
  ReservedConcurrency: {
    name: 'reservedConcurrency',
    type: 'number',
    from: '',
    write: (given) => `${given}?.toString()`,
  },
};

/**
 * The options of `OktaFederationProvider`, from the parameters of the provider's template.
 *
 * @param source the text of template.yaml
 * @returns the text of a TypeScript file
 */
export function providerOptions(source: string): string {
  // The tags, such as !Ref, are not looked at; the parser warns of each.
  const { Parameters } = template.parse(parse(source, { logLevel: 'error' }));
  const types: string[] = [];
  const fields = Object.entries(Parameters)
    .filter(([name]) => !byHand.includes(name))
    .map(([name, its]) => fieldOf(name, its, types));
  const modules = [...new Set(Object.values(constructs).map(({ from }) => from))].filter(Boolean).toSorted();
  return `${[
    '// Written by `npm run generate` from the parameters in template.yaml. Do not edit.',
    modules
      .map((name) => `import type * as ${name} from 'aws-cdk-lib/aws-${name}';`)
      .join('\n')
      .concat("\nimport { completeArn } from '../complete-arn';"),
    ...types,
    struct(
      'OktaFederationProviderOptions',
      'What a provider may set besides its secret and its network.',
      fields,
    ),
    writer('parametersOf', 'OktaFederationProviderOptions', fields),
  ].join('\n\n')}\n`;
}

function fieldOf(name: string, its: z.infer<typeof parameter>, types: string[]): Field {
  const { doc, byDefault } = described(its.Description, its.Default);
  const common = { name: camelCase(name), doc, byDefault, target: name, write: (given: string) => given };
  const construct = constructs[name];
  if (construct) return { ...common, ...construct };
  if (its.AllowedValues?.join() === 'true,false') {
    return { ...common, type: 'boolean', write: (given) => `${given}?.toString()` };
  }
  if (its.AllowedValues) {
    const type = `OktaProvider${name}`;
    types.push(enumeration(type, doc, its.AllowedValues.map(String)));
    return { ...common, type };
  }
  if (its.Type !== 'CommaDelimitedList') return { ...common, type: 'string' };
  return { ...common, type: 'string[]', write: (given) => `${given}?.join(',')` };
}

/**
 * A parameter's text ends in what an empty one means, which is the default if that is empty. It speaks of ARNs, for which
 * CDK has constructs.
 */
function described(text: string, fallback: string | number) {
  const [, said = '', ifEmpty] = /^(.*?)\s*(?:Empty - (.*))?$/s.exec(text) ?? [];
  const doc = said
    .replace(/^(ARNs?|IDs?|Names?) of (the )?/, 'The ')
    .replaceAll(/, with commas between them/g, '')
    .replace('template may', 'stack may');
  if (fallback === '') return { doc, byDefault: ifEmpty?.replace(/\.$/, '') ?? 'none' };
  return { doc: ifEmpty ? `${doc} An empty text - ${ifEmpty}` : doc, byDefault: String(fallback) };
}

function one(name: string, type: string, attribute: string): Construct {
  const [from = ''] = type.split('.');
  return { name, type, from, write: (given) => `${given}?.${attribute}` };
}

function listOf(name: string, type: string, attribute: string): Construct {
  const [from = ''] = type.split('.');
  const write = (given: string) => `${given}?.map((each) => each.${attribute}).join(',')`;
  return { name, type: `${type}[]`, from, write };
}
