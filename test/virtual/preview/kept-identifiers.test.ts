import { Scene } from '../at-the-doors/scene.ts';
import { previewed } from './previewed.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const withName = (ProviderName: string, IdpIdentifiers: readonly string[]) =>
  scene.properties({ ProviderName, IdpIdentifiers: [...IdpIdentifiers] });

test('a replacement that keeps an identifier of the old provider: the preview says what its deployment then says', async () => {
  const before = withName('Okta', ['example.com', 'example.org']);
  const id = await scene.made(before);
  const after = withName('Staff', ['example.org', 'example.net']);
  const { lines, problems } = await previewed(scene.world, scene.resource, { id, before, after });
  expect(problems).toBe(1);
  expect(lines.join('\n')).toMatch(
    /IdpIdentifiers: the identity provider Okta, which this update replaces, still has example\.org, .* Remove IdpIdentifiers from the template, deploy/,
  );
  expect(await scene.update(id, after, before)).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^IdpIdentifiers: .*refused example\.org, example\.net/),
  });
});

test('a replacement with identifiers of its own, and an Update that keeps its identifiers, are shown without a problem', async () => {
  const before = withName('Okta', ['example.com']);
  const id = await scene.made(before);
  const foreseen = (after: ReturnType<typeof withName>) =>
    previewed(scene.world, scene.resource, { id, before, after });
  expect(await foreseen(withName('Staff', ['example.net']))).toMatchObject({ problems: 0 });
  expect(await foreseen(withName('Okta', ['example.com', 'example.net']))).toMatchObject({ problems: 0 });
});
