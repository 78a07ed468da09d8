import { Scene } from './scene.ts';

// A CloudFormation Hook looks at each resource of the account. Its events have the resource's name and no properties.

test('a federation lives its whole life in an account with a Hook', async () => {
  const scene = new Scene();
  scene.world.stacks.hookType = 'Example::Compliance::Hook';
  try {
    const created = await scene.create();
    expect(created).toMatchObject({ Status: 'SUCCESS' });
    const id = created.PhysicalResourceId;
    const renamed = scene.properties({ ProviderName: 'Other' });
    expect(await scene.update(id, renamed)).toMatchObject({ Status: 'SUCCESS' });
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect([...scene.world.cognito.providers.values()]).toMatchObject([{ ProviderName: 'Other' }]);
  } finally {
    scene.world.stacks.hookType = undefined;
  }
});
