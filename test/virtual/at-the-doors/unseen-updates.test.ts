import type { Properties } from '../../support/custom-resource.ts';
import { idOf, Scene } from './scene.ts';

/** An Update that the journal never saw is rolled back: what the resource has added by then stays its own. */

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const whole = (more: Properties = {}) =>
  scene.properties({
    Access: ['Engineering'],
    UserPoolClientIds: [scene.web.id, scene.mobile.id],
    PostLogoutRedirectUris: ['https://app.example.com/bye'],
    ...more,
  });

const unseen: [string, (id: string) => Promise<Properties>][] = [
  [
    'its properties were too long to keep',
    async (id) => {
      const long = whole({ Trigger: 'x'.repeat(70_000) });
      expect(await scene.update(id, long, whole())).toMatchObject({ Status: 'FAILED' });
      return long;
    },
  ],
  [
    'its event never came',
    async (id) => {
      const lost = whole({ Notes: 'lost' });
      scene.world.stacks.sends(scene.resource.update(id, lost, whole()));
      return lost;
    },
  ],
  [
    'CloudFormation could not be asked about it',
    async (id) => {
      const unconfirmed = whole({ Notes: 'unconfirmed' });
      scene.strike(/^CloudFormation Describe/, { do: 'reset' });
      expect(await scene.update(id, unconfirmed, whole())).toMatchObject({ Status: 'FAILED' });
      scene.heal();
      await scene.passes(60);
      return unconfirmed;
    },
  ],
];

const assigned = () => {
  const { groups } = scene.world.org;
  return [...scene.application.groupAssignments.keys()].map((group) => groups.get(group)?.name);
};

test('an Update that never came, and that nothing rolled back, does not make the next one forget what it has added', async () => {
  const id = await scene.made(whole());
  const lost = whole({ Notes: 'lost' });
  const { stacks } = scene.world;
  const event = scene.resource.update(id, lost, whole());
  stacks.sends(event);
  stacks.ends(event, undefined);
  // With --disable-rollback, CloudFormation names what was attempted as what was before.
  expect(idOf(await scene.update(id, scene.properties({ Access: ['Finance'] }), lost))).toBe(id);
  expect(assigned()).toEqual(['Finance']);
  expect(scene.mobile.settings.SupportedIdentityProviders).not.toContain('Okta');
});

test.each(unseen)(
  'if %s, the next Update still removes what the template no longer names',
  async (_, happens) => {
    const id = await scene.made(whole());
    const attempt = await happens(id);
    expect(idOf(await scene.rollBack(id, whole(), attempt))).toBe(id);
    const narrow = scene.properties({ Access: ['Finance'] });
    expect(idOf(await scene.update(id, narrow, whole()))).toBe(id);
    expect(assigned()).toEqual(['Finance']);
    expect(scene.mobile.settings.SupportedIdentityProviders).not.toContain('Okta');
    expect(scene.application.document.settings.oauthClient.post_logout_redirect_uris ?? []).toEqual([]);
  },
);
