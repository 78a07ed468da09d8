import { z } from 'zod';
import { bundleOf } from '../../support/bundles.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { compileBundle } from '../../support/virtual/process.ts';
import type { Resource } from '../../support/virtual/resource.ts';
import type { World } from '../../support/virtual/world.ts';

const load = compileBundle(bundleOf('preview'));
const result = z.object({ lines: z.array(z.string()), problems: z.number() });

/** One change of a change set, as far as the command reads it. */
export interface Change {
  readonly id?: string;
  readonly before?: Properties;
  readonly after?: Properties;
}

/**
 * Lets the command foresee a change, which CloudFormation shows as it does in a change set.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
 */
export async function previewed(world: World, resource: Resource, { id, before, after }: Change) {
  const context = (properties: Properties | undefined) =>
    properties && JSON.stringify({ Properties: properties });
  const change = {
    Action: after === undefined ? 'Remove' : before === undefined ? 'Add' : 'Modify',
    ResourceType: 'Custom::OktaCognitoIdp',
    LogicalResourceId: resource.logicalId,
    ...(id === undefined ? {} : { PhysicalResourceId: id }),
    ...(before === undefined ? {} : { BeforeContext: context(before) }),
    ...(after === undefined ? {} : { AfterContext: context(after) }),
  };
  const process = world.start(load);
  const invocation = await world.time.run(process.invoke({ change, stackId: resource.stackId }, 120_000));
  if (invocation.ended !== 'returned') throw new Error(`${invocation.ended}: ${String(invocation.result)}`);
  return result.parse(invocation.result);
}

const applications = '/api/v1/apps';
const one = `${applications}/*`;

/** Which calls that change something make a step true. */
const calls: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^Okta: create the application/, [`Okta POST ${applications}`]],
  [/^Okta: (take over|change|set) the application/, [`Okta PUT ${one}`]],
  [/^Okta: activate the application/, [`Okta POST ${one}/lifecycle/activate`]],
  [/^Okta: deactivate the application/, [`Okta POST ${one}/lifecycle/deactivate`]],
  [/^Okta: delete the application/, [`Okta DELETE ${one}`]],
  [/^Okta: assign the group/, [`Okta PUT ${one}/groups/*`]],
  [/^Okta: remove the assignment of the group/, [`Okta DELETE ${one}/groups/*`]],
  [/^Okta: add the claim/, [`Okta POST ${one}/federated-claims`]],
  [/^Okta: change the claim/, [`Okta PUT ${one}/federated-claims/*`]],
  [/^Okta: delete the claim/, [`Okta DELETE ${one}/federated-claims/*`]],
  [/^Okta: set the authentication policy/, [`Okta PUT ${one}/policies/*`]],
  [/^Cognito: create the identity provider/, ['Cognito CreateIdentityProvider']],
  [/^Cognito: change the identity provider/, ['Cognito UpdateIdentityProvider']],
  [/^Cognito: delete the identity provider/, ['Cognito DeleteIdentityProvider']],
  [/^Cognito: (enable|disable) \S+ on the app client/, ['Cognito UpdateUserPoolClient']],
  [
    /^Okta and Cognito: rotate the client secret/,
    [
      `Okta POST ${one}/credentials/secrets`,
      'Cognito UpdateIdentityProvider',
      `Okta POST ${one}/credentials/secrets/*/lifecycle/deactivate`,
      `Okta DELETE ${one}/credentials/secrets/*`,
    ],
  ],
  [/^(Probe the sign-in|Nothing is to change|Then CloudFormation deletes)/, []],
];

/**
 * The calls that the shown steps announce, by their numbers.
 * @throws Error if a line is neither a step nor what belongs to one.
 */
export function announced(lines: readonly string[]): string[][] {
  const stages = new Map<number, string[]>();
  for (const line of lines) {
    const [, number, step = ''] = /^ {2}(\d+)\. (.*)$/.exec(line) ?? [];
    if (number === undefined) {
      if (!/^( {5}\S| {2}\? )/.test(line)) throw new Error(`What is this line? ${line}`);
      continue;
    }
    const known = calls.find(([words]) => words.test(step));
    if (!known) throw new Error(`No call is known for this step: ${step}`);
    stages.set(Number(number), [...(stages.get(Number(number)) ?? []), ...known[1]]);
  }
  return [...stages].map(([, made]) => made.toSorted()).filter((made) => made.length > 0);
}

/** The calls that were made, in the same stages as the announced ones: within a stage they come in any order. */
export function inStages(made: readonly string[], stages: readonly (readonly string[])[]): string[][] {
  const left = made.map((call) => call.replaceAll(/\/(0oa|00g|ocs|ofc|rst)\w{17}/g, '/*'));
  const grouped = stages.map((stage) => left.splice(0, stage.length).toSorted());
  return left.length > 0 ? [...grouped, left] : grouped;
}
