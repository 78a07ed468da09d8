import { FREE_LIMITS } from '../../../local/okta/management/rate-limit.ts';
import type { OrgSettings } from '../../../local/okta/settings.ts';
import { type Behavior, defaultBehavior } from '../../support/cognito-fake/behavior.ts';
import type { Answer, Properties } from '../../support/custom-resource.ts';
import { drawnCases, someInCheck } from '../../support/random-runs.ts';
import { publishedLimits } from '../../support/virtual/okta-limits.ts';
import type { World } from '../../support/virtual/world.ts';
import { Scene } from './scene.ts';

/**
 * If sources disagree on what Okta or Cognito does, the local org and the Cognito fake can do both. A short life goes the
 * same way with each of these settings, and with any two of them.
 */

type Setting = readonly [name: string, apply: (world: World) => void];

const okta = (settings: Partial<OrgSettings>): Setting => [
  `Okta ${JSON.stringify(settings)}`,
  ({ org }) => Object.assign(org.settings, settings),
];
const cognito = (behavior: Partial<Behavior>): Setting => [
  `Cognito ${JSON.stringify(behavior)}`,
  (world) => Object.assign(world.cognito.behavior, behavior),
];

const settings: readonly Setting[] = [
  okta({ pipeline: 'v1' }),
  okta({ universalLogout: 'null' }),
  okta({ universalLogout: 'absent' }),
  okta({ entitlements: false }),
  okta({ groupOwners: false }),
  okta({ singleLogout: false }),
  okta({ consentMethod: 'hidden' }),
  okta({ consentMethod: 'demanded' }),
  okta({ missingFeatures: ['federated-claims'] }),
  okta({ missingFeatures: ['authorization-servers'] }),
  okta({ mostApplications: 1 }),
  okta({ uniqueLabels: true }),
  okta({ readLagMs: 0 }),
  okta({ readLagMs: 4_000 }),
  okta({ readLag: 'every-second-call' }),
  okta({ inactiveGroups: 'not-found' }),
  okta({ idTokens: 'full' }),
  okta({ claimsIn: 'userinfo' }),
  okta({ claimsIn: 'both' }),
  okta({ customDomain: false }),
  ['Okta of a free org', ({ oktaLimits }) => (oktaLimits.buckets = FREE_LIMITS)],
  ['Okta of a production org', ({ oktaLimits }) => (oktaLimits.buckets = publishedLimits)],
  ['Okta, with too many calls at once', ({ oktaLimits }) => (oktaLimits.concurrent = 2)],
  ['Okta at a custom domain', ({ oktaSignIn }) => (oktaSignIn.hasCustomDomain = true)],
  cognito({ showsDiscoveredEndpoints: false }),
  cognito({ redirectsUnlistedProvider: true }),
  cognito({ takenIdentifier: 'DuplicateProviderException' }),
  cognito({ readOnlyDetails: { ActiveEncryptionCertificate: 'of Cognito' } }),
  cognito({ readOnlyClientSettings: { IsOfTomorrow: true } }),
  cognito({ unsetWriteAttributes: 'all' }),
  cognito({ webAcl: 'none' }),
];

/** What stays set from one life to the next. */
function clear(world: World): void {
  Object.assign(world.cognito.behavior, defaultBehavior());
  world.oktaLimits.buckets = [];
  world.oktaLimits.concurrent = 0;
}

const sortedById = (clients: { id: string }[]) =>
  clients.sort((one, other) => one.id.localeCompare(other.id));

/** Plays Create, Update, rotation and Delete. @returns what there is after each, with its own names for what is made up */
async function life(access: Properties['Access'], applied: readonly Setting[]): Promise<string[]> {
  const scene = new Scene();
  clear(scene.world);
  for (const [, apply] of applied) apply(scene.world);
  const looks: string[] = [];
  const names = { web: scene.web.id, mobile: scene.mobile.id, pool: scene.pool.id };
  const look = () => {
    const text = Object.entries({ ...names, stack: scene.resource.stackId }).reduce(
      (all, [name, id]) => all.replaceAll(id, name),
      JSON.stringify(scene.view),
    );
    // App clients are sorted by their IDs, which are made up.
    return JSON.stringify(
      JSON.parse(text, (key, value) => (key === 'appClients' ? sortedById(value) : value)),
    );
  };
  const through = async (answered: Promise<Answer>) => {
    const { Status, Reason, PhysicalResourceId } = await answered;
    looks.push(Status === 'SUCCESS' ? look() : `${Reason}`);
    return PhysicalResourceId;
  };
  const first = scene.properties({ Access: access, IdpIdentifiers: ['example.com'] });
  const second = { ...first, Notes: 'Ask Ada.', UserPoolClientIds: [scene.mobile.id] };
  const third = { ...second, SecretVersion: '2' };
  const id = await through(scene.create(first));
  await through(scene.update(id, second, first));
  await through(scene.update(id, third, second));
  await through(scene.delete(id, third));
  clear(scene.world);
  return looks;
}

const accesses: readonly Properties['Access'][] = [['Engineering'], 'FederationBrokerMode'];
const pairs = settings.flatMap((one, index) => settings.slice(index).map((other) => [one, other] as const));

/** What there is after each step, for each access, in an org and a Cognito as they usually are. */
const usual = new Map<Properties['Access'], string[]>();

beforeAll(async () => {
  for (const access of accesses) {
    const looks = await life(access, []);
    expect(looks.map((look) => look.startsWith('{'))).toEqual([true, true, true, true]);
    expect(new Set(looks).size).toBeGreaterThan(2);
    usual.set(access, looks);
  }
});

test.each(someInCheck(settings, 8))('a short life goes the same way with %s', async (...setting) => {
  const [access] = accesses;
  expect(await life(access, [setting])).toEqual(usual.get(access));
});

test('a short life goes the same way with any two settings, with groups and in Federation Broker Mode', async () => {
  const isDrawn = drawnCases();
  const cases = accesses.flatMap((access) => pairs.map((pair) => ({ access, pair }))).filter(isDrawn);
  const failed: string[] = [];
  for (const { access, pair } of cases) {
    const looks = await life(access, pair);
    const step = looks.findIndex((look, index) => look !== usual.get(access)?.[index]);
    if (step >= 0) {
      failed.push(`${access} ${pair.map(([name]) => name).join(' + ')}: ${looks[step]?.slice(0, 300)}`);
    }
  }
  expect(failed).toEqual([]);
});
