import type { Application } from '../../../local/okta/org.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import { domainHost } from '../../support/cognito-fake/user-pools.ts';
import type { Answer, Properties } from '../../support/custom-resource.ts';
import { budgeted, someInCheck } from '../../support/random-runs.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { addHandMadeApplication } from '../../support/virtual/hand-made.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { idOf, Scene } from './scene.ts';

/**
 * The journal's item is lost, or an older one is restored, before any event of a life. The events that follow break no
 * sign-in, and remove nothing of others.
 */

let scene: Scene;

test('a journal that a newer release wrote is not changed by an older one, and neither is anything else', async () => {
  scene = new Scene();
  const id = await scene.made(own());
  const [before, items] = [scene.view, scene.world.leases];
  const [[name, item] = ['', {}]] = [...items].filter(([key]) => key.startsWith('resource '));
  items.set(name, { ...item, format: { N: '2' } });
  const stands = () => items.get(name)?.standing;
  const written = stands();
  for (const send of [() => scene.update(id, other(), own()), () => scene.delete(id, own())]) {
    const { Status, Reason } = await send();
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(/^A newer release .* Update the provider stack, then deploy again\.$/);
  }
  expect(scene.view).toEqual(before);
  expect(stands()).toEqual(written);
  items.set(name, { ...items.get(name), format: { N: '1' } });
  expect(await scene.delete(id, own())).toMatchObject({ Status: 'SUCCESS' });
});

/** Sends one event. @param signsIn the provider by which people can sign in after it. */
type Play = (signsIn: 'Okta' | 'Staff' | 'no more', send: () => Promise<Answer>) => Promise<string>;

const own = (more: Properties = {}) => scene.properties({ Access: ['Engineering'], ...more });
const other = () =>
  own({ Notes: 'x', Access: ['Finance'], UserPoolClientIds: [scene.web.id, scene.mobile.id] });

/** An Update that goes wrong at a call. */
async function struck(
  call: RegExp,
  what: 'kill' | 'kill after' | 'refuse',
  send: () => Promise<Answer>,
): Promise<Answer> {
  const reply = refusal('InvalidParameterException', 'Not so.');
  scene.strike(call, what === 'refuse' ? { do: 'answer', reply } : { do: what });
  const answer = await send();
  expect(answer.Status).toBe('FAILED');
  scene.heal();
  await scene.passes(60);
  return answer;
}

const lives: Record<string, (play: Play) => Promise<void>> = {
  async 'changed in place'(play) {
    const id = await play('Okta', () => scene.create(own()));
    await play('Okta', () => scene.update(id, other(), own()));
    await play('Okta', () => scene.update(id, own(), other()));
    await play('no more', () => scene.delete(id, own()));
  },
  async 'refused and rolled back'(play) {
    const id = await play('Okta', () => scene.create(own()));
    const wanted = () => ({ ...other(), AttributesRequestMethod: 'POST' });
    await play('Okta', () =>
      struck(/UpdateIdentityProvider/, 'refuse', () => scene.update(id, wanted(), own())),
    );
    await play('Okta', () => scene.update(id, own(), wanted()));
    await play('no more', () => scene.delete(id, own()));
  },
  async 'killed and rolled back'(play) {
    const id = await play('Okta', () => scene.create(own()));
    await play('Okta', () => struck(/oauth2.v1.token/, 'kill', () => scene.update(id, other(), own())));
    await play('Okta', () => scene.update(id, own(), other()));
    await play('no more', () => scene.delete(id, own()));
  },
  async 'created in two tries'(play) {
    const made = await play('Okta', () => struck(/oauth2.v1.token/, 'kill', () => scene.create(own())));
    await play('no more', () => scene.delete(made, own()));
    const id = await play('Okta', () => scene.create(own()));
    await play('no more', () => scene.delete(id, own()));
  },
  async 'an adoption'(play) {
    const { id: ApplicationId } = addHandMadeApplication(scene.world, scene.pool);
    const adopting = (more: Properties = {}) => own({ Adopt: { ApplicationId }, ...more });
    const id = await play('Okta', () => scene.create(adopting()));
    await play('Okta', () => scene.update(id, adopting({ Notes: 'x' }), adopting()));
    await play('no more', () => scene.delete(id, adopting({ Notes: 'x' })));
    expect(scene.world.org.applications.get(ApplicationId)?.status).toBe('ACTIVE');
  },
  async 'an adoption in place'(play) {
    const { id: ApplicationId } = addHandMadeApplication(scene.world, scene.pool);
    const adopting = () => own({ Adopt: { ApplicationId } });
    const id = await play('Okta', () => scene.create(own()));
    const adopted = await play('Okta', () => scene.update(id, adopting(), own()));
    await play('Okta', () => scene.delete(id, own()));
    await play('no more', () => scene.delete(adopted, adopting()));
    expect(scene.world.org.applications.get(ApplicationId)?.status).toBe('ACTIVE');
  },
  async 'an application created again'(play) {
    const id = await play('Okta', () => scene.create(own()));
    const [applicationId = ''] = id.split('|').slice(-1);
    scene.world.org.applications.delete(applicationId);
    const again = await play('Okta', () => scene.update(id, other(), own()));
    await play('Okta', () => scene.delete(id, own()));
    await play('no more', () => scene.delete(again, other()));
  },
  async 'a rotation'(play) {
    const version = (SecretVersion: string) => own({ SecretVersion });
    const id = await play('Okta', () => scene.create(version('1')));
    await play('Okta', () => scene.update(id, version('2'), version('1')));
    await play('Okta', () =>
      struck(/UpdateIdentityProvider/, 'kill', () => scene.update(id, version('3'), version('2'))),
    );
    await play('Okta', () => scene.update(id, version('2'), version('3')));
    await play('no more', () => scene.delete(id, version('2')));
  },
  async 'a replacement'(play) {
    const staff = () => own({ ProviderName: 'Staff' });
    const id = await play('Okta', () => scene.create(own()));
    const replaced = await play('Staff', () => scene.update(id, staff(), own()));
    await play('Staff', () => scene.delete(id, own()));
    await play('no more', () => scene.delete(replaced, staff()));
  },
  async 'a replacement that is rolled back'(play) {
    const staff = () => own({ ProviderName: 'Staff' });
    const id = await play('Okta', () => scene.create(own()));
    const replaced = await play('Staff', () => scene.update(id, staff(), own()));
    const back = await play('Okta', () => scene.update(replaced, own(), staff()));
    await play('Okta', () => scene.delete(replaced, staff()));
    await play('no more', () => scene.delete(back, own()));
  },
};

/** Why people cannot sign in by this provider at the app client; `undefined` if they can. */
function obstacle(name: string): string | undefined {
  const provider = scene.world.cognito.providers.get(providerKey(scene.pool.id, name));
  if (!provider) return 'there is no provider';
  const { client_id: clientId = '', client_secret: secret } = provider.ProviderDetails;
  const application = scene.world.org.applicationOfClient(clientId);
  if (application?.status !== 'ACTIVE') return 'the application is not active';
  const works = application.secrets.some(({ status, value }) => status === 'ACTIVE' && value === secret);
  if (!works) return 'Okta does not take the client secret';
  const [domain] = scene.pool.domains;
  const uri = domain && `https://${domainHost(scene.pool, domain)}/oauth2/idpresponse`;
  if (!uri || !application.document.settings.oauthClient.redirect_uris?.includes(uri))
    return 'the redirect URI is missing';
  if (application.groupAssignments.size === 0) return 'no one is assigned';
  if (!scene.web.settings.SupportedIdentityProviders?.includes(name))
    return 'the app client does not list it';
  return undefined;
}

/** What others have: a federation of another stack, an application made by hand, and the app clients. */
function neighbors(bystander: Application, partnerId: string | undefined): unknown {
  const { org, cognito } = scene.world;
  const partner = cognito.providers.get(providerKey(scene.pool.id, 'Partner'));
  const applications = [bystander.id, partnerId ?? ''].map((id) => {
    const { document, status, secrets, groupAssignments } = org.applications.get(id) ?? {};
    return { document, status, secrets, groups: [...(groupAssignments?.keys() ?? [])] };
  });
  const clients = [...cognito.clients.values()].map(({ settings }) => ({
    ...settings,
    SupportedIdentityProviders: settings.SupportedIdentityProviders?.filter(
      (name) => !['Okta', 'Staff'].includes(name),
    ).toSorted(),
  }));
  return structuredClone({ applications, provider: partner?.ProviderDetails, clients });
}

/** The length of the longest life. */
const mostEvents = 5;
/** Without the journal, what cannot be proved to be this resource's is left alone, and a person has to say what to do. */
const mayBeRefused = [
  /^SecretVersion: .* has two active client secrets/,
  /^ProviderName: .* already has an identity provider Okta that this resource did not make/,
];
const tampers = ['lost', 'one event older', 'two events older'] as const;

/** Plays a life, and tampers with the item before one of its events. @returns how many events it has. */
async function played(
  live: (play: Play) => Promise<void>,
  tamperedAt: number,
  tamper: (typeof tampers)[number],
): Promise<number> {
  scene = new Scene();
  const neighbor = new Resource('neighbor');
  const both = [scene.web.id, scene.mobile.id];
  const theirs = scene.properties({ ProviderName: 'Partner', UserPoolClientIds: both });
  const partnerId = String((await scene.send(neighbor.create(theirs))).Data?.ApplicationId);
  const bystander = addHandMadeApplication(scene.world, scene.pool);
  const before = neighbors(bystander, partnerId);
  const item = `resource ${scene.resource.stackId} Federation`;
  const versions: ReturnType<typeof scene.world.leases.get>[] = [];
  await live(async (signsIn, send) => {
    versions.push(structuredClone(scene.world.leases.get(item)));
    if (versions.length === tamperedAt) {
      const older = {
        lost: undefined,
        'one event older': versions.at(-2),
        'two events older': versions.at(-3),
      };
      const version = older[tamper];
      if (version) scene.world.leases.set(item, version);
      else scene.world.leases.delete(item);
    }
    const answer = await send();
    const event = versions.length;
    const { Status, Reason } = answer;
    // Events that go wrong on purpose are expected to by `struck`.
    const mayFail = tamperedAt <= event ? [/Not so\.|died/, ...mayBeRefused] : [/Not so\.|died/];
    if (Status === 'FAILED' && !mayFail.some((reason) => reason.test(Reason ?? ''))) idOf(answer);
    if (signsIn !== 'no more')
      expect({ event, obstacle: obstacle(signsIn) }).toEqual({ event, obstacle: undefined });
    expect({ event, neighbors: neighbors(bystander, partnerId) }).toEqual({ event, neighbors: before });
    return answer.PhysicalResourceId;
  });
  return versions.length;
}

const cases = Object.entries(lives).flatMap(([name, live]) =>
  tampers.map((tamper) => ({ name, live, tamper })),
);

describe('the journal', () => {
  test.each(someInCheck(cases, 8))('$tamper before any event: $name goes on', async ({ live, tamper }) => {
    // With a smaller budget, before some of them.
    const first = Number(process.env.SEED);
    for (let n = 0; n < budgeted(mostEvents, 1); n += 1) {
      const tamperedAt = 1 + ((first + n) % mostEvents);
      expect(await played(live, tamperedAt, tamper)).toBeLessThanOrEqual(mostEvents);
    }
  });
});

test('a replacement whose success could not be written down is known after the clean-up of the old one', async () => {
  scene = new Scene();
  const nothing = scene.view;
  const staff = own({ ProviderName: 'Staff', Access: ['Finance'] });
  const id = await scene.made(own());
  scene.strike(/UpdateItem .release/, { do: 'answer', reply: refusal('AccessDeniedException', 'Not you.') });
  const replaced = idOf(await scene.update(id, staff, own()));
  scene.heal();
  await scene.passes(60);
  expect(await scene.delete(id, own())).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.journal.standing).toMatchObject([
    { physicalResourceId: replaced, provider: { providerName: 'Staff', userPoolClientIds: [scene.web.id] } },
  ]);
  const wrong = { ...staff, Access: ['Nowhere'] };
  expect(await scene.update(replaced, wrong, staff)).toMatchObject({ Status: 'FAILED' });
  expect(await scene.update(replaced, staff, wrong)).toMatchObject({
    Status: 'SUCCESS',
    Data: { ProviderName: 'Staff' },
  });
  expect(await scene.delete(replaced, staff)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(nothing);
});

describe('nothing is left', () => {
  const item = () => `resource ${scene.resource.stackId} Federation`;
  const staff = () => own({ ProviderName: 'Staff' });
  let nothing: Scene['view'];

  beforeEach(() => {
    scene = new Scene();
    nothing = scene.view;
  });

  test.each<[string, RegExp, () => Properties]>([
    ['a replacement', /CreateIdentityProvider/, staff],
    ['a change under another label', /UpdateItem \(keep\)/, () => own({ ApplicationLabel: 'Mall' })],
  ])(
    'of a federation whose journal was lost before %s died, and that is deleted then',
    async (_, call, after) => {
      const id = await scene.made(own());
      scene.world.leases.delete(item());
      await struck(call, 'kill', () => scene.update(id, after(), own()));
      expect(await scene.delete(id, own())).toMatchObject({ Status: 'SUCCESS' });
      expect(scene.view).toEqual(nothing);
    },
  );

  /** Okta, then Staff; and a journal of the time before. */
  async function moved(): Promise<string> {
    const first = await scene.made(own());
    const older = structuredClone(scene.world.leases.get(item()) ?? {});
    const second = idOf(await scene.update(first, staff(), own()));
    await scene.delete(first, own());
    scene.world.leases.set(item(), older);
    return second;
  }

  test.each(['kill', 'refuse'] as const)(
    'of a move back that a restored journal does not know, and that fails (%s)',
    async (what) => {
      const id = await moved();
      await struck(/GET Cognito .oauth2.authorize/, what, () => scene.update(id, own(), staff()));
      await scene.update(id, staff(), own());
      expect(await scene.delete(id, staff())).toMatchObject({ Status: 'SUCCESS' });
      expect(scene.view).toEqual(nothing);
    },
  );

  test('of a move back that a restored journal takes for another federation', async () => {
    const id = await moved();
    const back = own({ Notes: 'x' });
    const third = idOf(await scene.update(id, back, staff()));
    expect(await scene.delete(id, staff())).toMatchObject({ Status: 'SUCCESS' });
    expect(await scene.delete(third, back)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(nothing);
  });
});
