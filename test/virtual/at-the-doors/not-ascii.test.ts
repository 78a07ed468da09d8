import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { Scene } from './scene.ts';

// CloudFormation sends every character and shows `?` for those that are not ASCII: in properties, in the physical ID, in
// what other resources of the stack say.

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const properties = (more = {}) => ({
  UserPoolId: scene.pool.id,
  UserPoolClientIds: [scene.web.id],
  ProviderName: 'Büro🔑',
  ApplicationLabel: 'Büro – 東京',
  ...more,
});

test('a federation with names that are not ASCII lives its whole life', async () => {
  const id = await scene.made(properties());
  expect(scene.application.document.label).toContain('Büro – 東京');
  const update = await scene.update(id, properties({ Notes: 'Für alle' }), properties());
  expect(update).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  const back = await scene.rollBack(id, properties(), properties({ Notes: 'Für alle' }));
  expect(back).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  expect(await scene.delete(id, properties())).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.org.applications.size).toBe(0);
});

test('a replacement of one such name by another is cleaned up', async () => {
  const id = await scene.made(properties());
  const renamed = properties({ ProviderName: 'Bäro🔑' });
  const update = await scene.update(id, renamed, properties());
  expect(update.Status).toBe('SUCCESS');
  expect(await scene.delete(id, properties())).toMatchObject({ Status: 'SUCCESS' });
  expect([...scene.world.cognito.providers.values()].map(({ ProviderName }) => ProviderName)).toEqual([
    'Bäro🔑',
  ]);
});

test('other characters in the place of those that CloudFormation shows pass in the window of an event, other lengths do not', async () => {
  const id = await scene.made(properties());
  const { world, resource } = scene;
  const event = resource.update(id, properties({ Notes: 'Für alle' }), properties());
  world.stacks.sends(event);
  const url = world.bucket.open(event);
  const forged = { ...event, ResponseURL: url.href };
  const longer = { ...forged.ResourceProperties, Notes: 'Füür alle' };
  await world.time.run(world.invoke('provider', { ...forged, ResourceProperties: longer }));
  expect(url.stored.map((body): unknown => JSON.parse(body))).toMatchObject([
    { Status: 'FAILED', Reason: expect.stringContaining('(properties)') },
  ]);
});

test('a client whose own template names such a provider keeps it', async () => {
  const id = await scene.made(properties());
  const { stackId } = scene.resource;
  const client = {
    type: 'AWS::Cognito::UserPoolClient',
    logicalId: 'Web',
    physicalId: scene.web.id,
    status: 'UPDATE_COMPLETE',
  };
  const providers = { SupportedIdentityProviders: ['Büro🔑'] };
  scene.world.stacks.changes(stackId, client, providers);
  const update = await scene.update(id, properties({ UserPoolClientIds: [] }), properties());
  expect(update.Status).toBe('SUCCESS');
  expect(scene.web.settings.SupportedIdentityProviders).toContain('Büro🔑');
});

test('a provider of such a name that the stack has itself is not adopted', async () => {
  scene.world.configure();
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  addHandMadeProvider(scene.world, scene.pool, 'Büro🔑', theirs.id);
  const native = {
    type: 'AWS::Cognito::UserPoolIdentityProvider',
    logicalId: 'Native',
    physicalId: 'Büro🔑',
    status: 'CREATE_COMPLETE',
  };
  scene.world.stacks.others.set(scene.resource.stackId, [native]);
  const answer = await scene.create(properties({ Adopt: { ApplicationId: theirs.id } }));
  scene.world.stacks.others.delete(scene.resource.stackId);
  expect(answer).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('AWS::Cognito::UserPoolIdentityProvider'),
  });
});
