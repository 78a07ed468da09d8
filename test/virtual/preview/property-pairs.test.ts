import * as fc from 'fast-check';
import type { Properties } from '../../support/custom-resource.ts';
import { randomTimeout, tryAtRandom } from '../../support/random-runs.ts';
import { isWrite, Scene } from '../at-the-doors/scene.ts';
import { announced, inStages, previewed } from './previewed.ts';

const groups = "user.getGroups({'group.profile.name': 'app-', 'operator': 'STARTS_WITH'}).![profile.name]";

const someProperties = fc.record(
  {
    Access: fc.constantFrom<unknown>(
      'Everyone',
      'Nobody',
      'FederationBrokerMode',
      ['Engineering'],
      ['Engineering', 'Finance'],
    ),
    Scopes: fc.constantFrom(['openid', 'email', 'profile', 'phone'], ['openid', 'email', 'profile']),
    Notes: fc.constantFrom('One note.', 'Another note.'),
    IdpIdentifiers: fc.constantFrom(['example.com'], ['example.com', 'example.org']),
    PostLogoutRedirectUris: fc.constantFrom(['https://app.example.com/bye']),
    ApplicationLabel: fc.constantFrom('Shop', 'The shop'),
    InitiateLoginUri: fc.constantFrom('https://app.example.com/start'),
    AttributesRequestMethod: fc.constantFrom('GET', 'POST'),
    AttributeMapping: fc.constantFrom({ email: 'email' }, { email: 'email', name: 'name' }),
    ProviderName: fc.constantFrom('Okta', 'Okta', 'Okta', 'Other'),
    SecretVersion: fc.constantFrom('1', '2'),
    SecretRotation: fc.constantFrom({ AutomaticallyAfterDays: '90' }),
    Claims: fc.constantFrom({ groups }, { groups: 'user.email' }, { staff: 'user.email', groups }),
    AuthenticationPolicy: fc.constantFrom('Password only', 'Okta Dashboard'),
    Verify: fc.constantFrom('false', 'OktaOnly'),
  },
  { requiredKeys: [] },
);

/** Which app clients a template names. */
const someClients = fc.constantFrom<readonly ('web' | 'mobile')[]>(
  [],
  ['web'],
  ['mobile'],
  ['web', 'mobile'],
);

const template = fc.record({ properties: someProperties, clients: someClients });

/** What may have been changed by hand between two deployments. */
const byHand: Readonly<Record<string, (scene: Scene) => void>> = {
  nothing: () => {},
  'a group': (scene) => scene.application.groupAssignments.clear(),
  'a redirect URI': (scene) => {
    scene.application.document.settings.oauthClient.redirect_uris = [];
  },
  'an app client': (scene) => {
    for (const client of [scene.web, scene.mobile])
      client.settings = { ...client.settings, SupportedIdentityProviders: ['COGNITO'] };
  },
};

test(
  'what is shown of a Create, an Update and a Delete is what each then does, for any two sets of properties',
  async () => {
    const property = fc.asyncProperty(
      template,
      template,
      fc.constantFrom(...Object.keys(byHand)),
      async (first, second, hand) => {
        const scene = new Scene();
        scene.withoutLag();
        const propertiesOf = ({ properties, clients }: typeof first): Properties => ({
          UserPoolId: scene.pool.id,
          UserPoolClientIds: clients.map((name) => scene[name].id),
          ...properties,
        });
        const from = propertiesOf(first);
        // Cognito refuses a replacement the identifiers that the old provider still has.
        const isMoved =
          (first.properties.ProviderName ?? 'Okta') !== (second.properties.ProviderName ?? 'Okta');
        const { IdpIdentifiers, ...others } = propertiesOf(second);
        const identifiers = isMoved || IdpIdentifiers === undefined ? {} : { IdpIdentifiers };
        const to = { ...others, ...identifiers, Trigger: 'another' };

        let id = '';
        await expectAsShown(scene, { after: from }, async () => {
          id = await scene.made(from);
        });
        byHand[hand]?.(scene);
        await expectAsShown(scene, { id, before: from, after: to }, async () => {
          const {
            Status: status,
            Reason: reason,
            PhysicalResourceId: now,
          } = await scene.update(id, to, from);
          expect([status, reason]).toEqual(['SUCCESS', undefined]);
          if (now !== id) expect(await scene.delete(id, from)).toMatchObject({ Status: 'SUCCESS' });
          id = now;
        });
        const again = await previewed(scene.world, scene.resource, { id, before: to, after: to });
        expect(announced(again.lines)).toEqual([]);
        await expectAsShown(scene, { id, before: to }, async () => {
          expect(await scene.delete(id, to)).toMatchObject({ Status: 'SUCCESS' });
        });
      },
    );
    await tryAtRandom({ what: 'pairs of properties', full: 200, property });
  },
  randomTimeout,
);

/** Previews a change, then deploys it, and compares the calls. */
async function expectAsShown(
  scene: Scene,
  change: Parameters<typeof previewed>[2],
  deploy: () => Promise<void>,
): Promise<void> {
  const before = scene.view;
  const shown = await previewed(scene.world, scene.resource, change);
  expect(scene.view).toEqual(before);
  expect(shown.problems).toBe(0);
  const stages = announced(shown.lines);
  const made = (await scene.callsOf(deploy)).filter(isWrite);
  expect(inStages(made, stages)).toEqual(stages);
}
