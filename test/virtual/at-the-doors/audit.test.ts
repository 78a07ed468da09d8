import { z } from 'zod';
import type { CustomResourceEvent } from '../../support/custom-resource.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { hand, run } from '../../support/virtual/lambda.ts';
import { orgUrl } from '../../support/virtual/okta.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

afterEach(() => scene.world.configure());

const auditLine = z.object({
  level: z.literal('INFO'),
  stackId: z.string(),
  message: z.enum(['Adoption of an Okta application.', 'Takeover of a federation.']),
  applicationId: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  owner: z.unknown(),
  newOwner: z.unknown(),
  consent: z.unknown(),
});

/** The audit lines that the work on an event leaves in the log, and all of the log. */
async function logOf(event: CustomResourceEvent) {
  const { world } = scene;
  const delivery = hand(world, event);
  const { output } = await world.time.run(run(world, delivery));
  world.stacks.ends(event, JSON.parse(delivery.url.stored[0] ?? ''));
  const lines = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .flatMap((line) => auditLine.safeParse(JSON.parse(line)).data ?? []);
  return { lines, output };
}

test('an adoption leaves one line: before, after, owner and consent, and no secret', async () => {
  scene.world.configure({ ADOPTION: 'WithConsent' });
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  theirs.document.settings.notes = { admin: 'Ask Ada.\nokta-cognito-idp: adopt sh* rotate' };
  addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
  const secret = theirs.secrets[0]?.value ?? '';
  const groups = [...theirs.groupAssignments.keys()];
  const redirectUris = theirs.document.settings.oauthClient.redirect_uris;
  const properties = scene.properties({
    Adopt: { ApplicationId: theirs.id },
    ApplicationLabel: 'Shop',
    Access: 'Everyone',
    Scopes: 'openid email profile phone',
  });
  const { lines, output } = await logOf(scene.resource.create(properties));
  const [everyone] = [...scene.world.org.groups.values()].filter(({ name }) => name === 'Everyone');
  expect(lines).toEqual([
    {
      level: 'INFO',
      stackId: scene.resource.stackId,
      message: 'Adoption of an Okta application.',
      applicationId: theirs.id,
      before: {
        label: 'Staff portal',
        redirectUris,
        groupIds: groups,
        provider: {
          issuer: orgUrl,
          scopes: ['openid', 'email'],
          attributeMapping: { username: 'sub', email: 'email' },
        },
      },
      after: {
        settings: expect.objectContaining({ label: 'Shop' }),
        redirectUris: expect.arrayContaining([expect.stringMatching(/oauth2\/idpresponse$/)]),
        groupIds: [everyone?.id],
        provider: {
          issuer: orgUrl,
          scopes: ['openid', 'email', 'profile', 'phone'],
          attributeMapping: { username: 'sub', email: 'email' },
        },
        userPoolClientIds: [scene.web.id],
      },
      owner: 'an Okta administrator',
      newOwner: {
        stackId: scene.resource.stackId,
        logicalResourceId: 'Federation',
        userPoolId: scene.pool.id,
        providerName: 'Okta',
      },
      consent: { mode: 'WithConsent', adopt: true, rotate: true, delete: false },
    },
  ]);
  expect(secret).toMatch(/.{20}/);
  expect(output).not.toContain(secret);
});

test('an adoption that is refused leaves no such line, and neither does an Update of what was adopted', async () => {
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  const properties = scene.properties({ Adopt: { ApplicationId: theirs.id } });
  scene.world.configure({ ADOPTION: 'WithConsent' });
  expect((await logOf(scene.resource.create(properties))).lines).toEqual([]);
  scene.world.configure({ ADOPTION: 'Any' });
  expect((await logOf(scene.resource.create(properties))).lines).toMatchObject([
    { consent: { mode: 'Any' }, before: { groupIds: [...theirs.groupAssignments.keys()] } },
  ]);
  const id = `${scene.pool.id}|Okta|${theirs.id}`;
  const event = scene.resource.update(id, { ...properties, ApplicationLabel: 'Shop' }, properties);
  expect((await logOf(event)).lines).toEqual([]);
});

test('a takeover leaves one line with the owner that is gone', async () => {
  await scene.made();
  scene.world.stacks.forget(scene.resource.stackId);
  const next = new Resource('mall');
  const properties = scene.properties({ Adopt: { ApplicationId: scene.application.id } });
  expect((await logOf(next.create(properties))).lines).toMatchObject([
    {
      message: 'Takeover of a federation.',
      owner: { stackId: scene.resource.stackId },
      newOwner: { stackId: next.stackId },
      consent: 'none is needed',
    },
  ]);
});
