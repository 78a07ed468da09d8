import { readdirSync } from 'node:fs';
import { createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { createUserPool } from '../../support/cognito-fake/user-pools.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { isWrite, Scene } from '../at-the-doors/scene.ts';
import { Example, unknownValue } from './example.ts';
import { announced, inStages, previewed } from './previewed.ts';

const names = readdirSync('examples')
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''))
  .filter((name) => [...new Example(name).resources.values()].includes('Custom::OktaCognitoIdp'));

const roleArn = 'arn:aws:iam::111111111111:role/pools';

/** What the example's parameters and its other resources have once they are there. */
function valuesFor(name: string, scene: Scene): Readonly<Record<string, string>> {
  const { world } = scene;
  const customDomain = 'login.example.com';
  const pool = createUserPool(world.cognito, {
    ...(name === 'custom-domain' ? { prefix: null, customDomain } : { prefix: `example-${name}` }),
    ...(name === 'groups-in-the-token' ? { attributes: [{ Name: 'custom:groups' }] } : {}),
  });
  const client = createAppClient(world.cognito, pool);
  const application = name === 'adoption' ? addHandMadeApplication(world, pool) : undefined;
  if (application) addHandMadeProvider(world, pool, 'Okta', application.id);
  world.roles.push({ arn: roleArn, externalId: '000000000000/us-east-1/shop/Federation' });
  return {
    UserPoolId: pool.id,
    UserPoolClientId: client.id,
    UserPool: pool.id,
    UserPoolDomain: name === 'custom-domain' ? customDomain : `example-${name}`,
    AppClient: client.id,
    RoleArn: roleArn,
    OktaApplicationId: application?.id ?? '',
    CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/example',
  };
}

test('every template of examples/ with a federation is tried', () => {
  expect(names.length).toBeGreaterThanOrEqual(8);
});

test.each(names)('%s: what is shown before it is deployed and deleted is what then happens', async (name) => {
  const scene = new Scene();
  scene.withoutLag();
  const { resource, world } = scene;
  const example = new Example(name);
  const values = valuesFor(name, scene);
  const after = example.properties(values);
  // As in the change set of a new stack: what its own resources give is not known yet.
  const own = [...example.resources].map(([id]) => [id, unknownValue]);
  const seen = example.properties({ ...values, ...Object.fromEntries(own) });

  const shown = await previewed(world, resource, { after: seen });
  expect(shown.problems).toBe(0);
  const isNewPool = seen.UserPoolId === unknownValue;
  expect(shown.lines.some((line) => line.includes('? UserPoolId is known only after'))).toBe(isNewPool);
  let id = '';
  const made = await scene.callsOf(async () => {
    id = await scene.made(after);
  });
  const stages = announced(shown.lines);
  expect(stages.length).toBeGreaterThan(1);
  expect(inStages(made.filter(isWrite), stages)).toEqual(stages);

  const goes = announced((await previewed(world, resource, { id, before: after })).lines);
  const removed = await scene.callsOf(async () => {
    expect(await scene.delete(id, after)).toMatchObject({ Status: 'SUCCESS' });
  });
  expect(inStages(removed.filter(isWrite), goes)).toEqual(goes);
});

test('what cannot be known before the deployment is named, and what can be known to be wrong is found', async () => {
  const { resource, world } = new Scene();
  const after = {
    UserPoolId: unknownValue,
    UserPoolClientIds: [unknownValue],
    Access: ['Engineering', 'No such group'],
    AuthenticationPolicy: 'No such policy',
  };
  const { lines, problems } = await previewed(world, resource, { after });
  expect(problems).toBe(2);
  const text = lines.join('\n');
  expect(text).toMatch(/✗ Access: .*No such group/);
  expect(text).toMatch(/✗ AuthenticationPolicy: .*No such policy/);
  expect(text).toContain('Cognito: enable Okta on the app client of UserPoolClientIds.0');
  expect(text).toContain('? UserPoolClientIds.0 is known only after the deployment');
});

test('what the policy forbids is found before the deployment makes the pool', async () => {
  const { resource, world } = new Scene();
  const parameter = '/okta-cognito-idp/policy';
  const rule = {
    stacks: ['*'],
    accounts: ['*'],
    allow: { pools: [{ tag: 'team', value: 'red' }], access: ['red-*'] },
  };
  world.parameters.set(parameter, JSON.stringify({ rules: [rule] }));
  world.configure({ POLICY_PARAMETER: parameter });
  const allowed = { UserPoolId: unknownValue, Access: 'Nobody' };
  try {
    const foreseen = await previewed(world, resource, { after: { ...allowed, Access: ['Engineering'] } });
    expect(foreseen.lines.join('\n')).toMatch(/✗ Access: rule 1 of the operator's policy does not allow/);
    expect(foreseen.problems).toBe(1);
    expect(await previewed(world, resource, { after: allowed })).toMatchObject({ problems: 0 });
  } finally {
    world.configure();
  }
});

test('if the deployment creates the secret itself, the preview does not ask Okta, and shows names instead of IDs', async () => {
  const scene = new Scene();
  const after = { UserPoolId: unknownValue, OktaSecretId: unknownValue, Access: ['Engineering'] };
  let lines: readonly string[] = [];
  const calls = await scene.callsOf(async () => {
    lines = (await previewed(scene.world, scene.resource, { after })).lines;
  });
  expect(calls.filter((call) => /^(Okta|Sign-in|Cognito)/.test(call))).toEqual([]);
  expect(lines.join('\n')).toContain('Okta: assign the group Engineering');
});

test('an existing federation whose secret is not known yet is not guessed', async () => {
  const scene = new Scene();
  const id = await scene.made();
  const after = { ...scene.properties(), OktaSecretId: unknownValue };
  const { lines } = await previewed(scene.world, scene.resource, { id, before: scene.properties(), after });
  expect(lines.join('\n')).toContain('What it changes is known only then.');
});

test('no name or value can move the cursor, end a line or turn text around', async () => {
  const scene = new Scene();
  const group = [...scene.world.org.groups.values()].find(({ name }) => name === 'Engineering');
  if (!group) throw new Error('The org has no such group.');
  const { name } = group;
  group.name = 'Staff\u009B2K\u202Egnp.exe';
  const Access = [group.id];
  const hostile = { Access, Notes: 'a\u001B[2Kb\u2028c', AuthenticationPolicy: 'x\u0085y' };
  const before = scene.properties();
  const id = await scene.made(before);
  const shown = [
    await previewed(scene.world, scene.resource, {
      id,
      before,
      after: { ...before, Access, Notes: hostile.Notes },
    }),
    await previewed(scene.world, scene.resource, { after: { ...before, ...hostile } }),
  ].flatMap(({ lines }) => lines);
  group.name = name;
  expect(shown.join('\n')).toContain('Staff');
  expect(shown.filter((line) => /[\p{C}\p{Zl}\p{Zp}]/u.test(line))).toEqual([]);
});
