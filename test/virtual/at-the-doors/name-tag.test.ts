import type { Application } from '../../../local/okta/org.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { addHandMadeApplication } from '../../support/virtual/hand-made.ts';
import { Scene } from './scene.ts';

/** Every administrator of an Okta application can edit its name tag. AWS must not change on its word. */

let scene: Scene;
/** Paths of the requests to Okta. */
let paths: string[];

beforeEach(() => {
  scene = new Scene();
  paths = [];
  scene.world.network.heard = ({ url }) => {
    if (url.pathname.startsWith('/api/')) paths.push(url.pathname);
  };
});

function edit(application: Application, change: object): void {
  const { profile } = application.document;
  application.document.profile = {
    ...profile,
    okta_cognito_idp: { ...Object(profile?.okta_cognito_idp), ...change },
  };
}

const otherStack = 'arn:aws:cloudformation:us-east-1:000000000000:stack/mall/1';
const groupOf = (name: string) => [...scene.world.org.groups.values()].find((one) => one.name === name)?.id;

/** What an administrator may write into it. */
const edits: [string, () => object][] = [
  [
    'says that the provider was found with an issuer of his own, and with no app client',
    () => ({
      found: { provider: { issuer: 'https://evil.example.com' } },
      adopted: true,
      userPoolClientIds: [],
    }),
  ],
  ['names app clients of another team', () => ({ userPoolClientIds: [scene.mobile.id] })],
  ['names a group whose ID leads elsewhere', () => ({ groupIds: ['..', '../..'] })],
  ['names groups of another team', () => ({ groupIds: [groupOf('Finance')] })],
  ['says that it was adopted', () => ({ adopted: true })],
  ['names another resource', () => ({ stackId: otherStack, logicalResourceId: 'Other' })],
  ['names another pool', () => ({ userPoolId: 'us-east-1_Elsewhere' })],
  ['names another provider', () => ({ providerName: 'Partner' })],
  ['is no tag', () => ({ stackId: 5, logicalResourceId: '..' })],
];

describe.each(edits)('a name tag that %s', (_, change) => {
  let id: string;
  let nothing: unknown;

  beforeEach(async () => {
    nothing = scene.view;
    id = await scene.made();
    edit(scene.application, change());
  });

  afterEach(() => {
    // What is one ID in a path must not lead to another path.
    expect(paths.filter((path) => path.endsWith('/') || path.includes('..'))).toEqual([]);
  });

  test('leaves the Delete whole', async () => {
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(nothing);
  });

  test('changes nothing in AWS in an Update and its rollback, and the Delete is whole', async () => {
    const federated = structuredClone(scene.provider);
    const noted = scene.properties({ Notes: 'Ours.' });
    expect(await scene.update(id, noted)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    expect(await scene.update(id, scene.properties(), noted)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.provider).toEqual(federated);
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
    await scene.delete(id);
    expect(scene.view).toEqual(nothing);
  });

  test('takes no app client and no group from others in an Update', async () => {
    scene.mobile.settings.SupportedIdentityProviders = ['COGNITO', 'Okta'];
    const finance = groupOf('Finance') ?? '';
    const assignment = { groupId: finance, priority: 0, profile: {}, lastUpdated: '' };
    scene.application.groupAssignments.set(finance, assignment);
    await scene.update(id, scene.properties({ UserPoolClientIds: [], Access: 'Nobody' }));
    expect(scene.mobile.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
    expect([...scene.application.groupAssignments.keys()]).toEqual([finance]);
  });

  test('has nothing changed in AWS if the journal is lost too', async () => {
    const theirs = structuredClone(scene.provider?.ProviderDetails);
    scene.world.leases.clear();
    await scene.delete(id);
    // It goes, or it stays as it is.
    if (scene.provider) expect(scene.provider.ProviderDetails).toEqual(theirs);
    expect(scene.mobile.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  });
});

test('a name tag and a label that were copied do not make an application the client of a new federation', async () => {
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  theirs.document.label = 'shop Federation';
  const place = { userPoolId: scene.pool.id, providerName: 'Okta' };
  edit(theirs, { stackId: scene.resource.stackId, logicalResourceId: 'Federation', ...place });
  const before = JSON.stringify(theirs.document);
  const answer = await scene.create();
  expect(answer).toMatchObject({ Status: 'SUCCESS' });
  expect(answer.Data?.ApplicationId).not.toBe(theirs.id);
  expect(scene.provider?.ProviderDetails.client_id).toBe(answer.Data?.ClientId);
  expect(JSON.stringify(theirs.document)).toBe(before);
});

test('a journal that was edited so that an ID leads elsewhere sends no request there', async () => {
  const id = await scene.made();
  const name = `resource ${scene.resource.stackId} Federation`;
  const item = scene.world.leases.get(name);
  const standing = item?.standing && 'S' in item.standing ? item.standing.S : '';
  const edited = standing.replace(/"groupIds":\["[^"]*"\]/, '"groupIds":[".."]');
  expect(edited).toContain('".."');
  scene.world.leases.set(name, { ...item, standing: { S: edited } });
  const nobody: Properties = scene.properties({ Access: 'Nobody' });
  await scene.update(id, nobody);
  await scene.delete(id, nobody);
  expect(paths.filter((path) => path.endsWith('/') || path.includes('..'))).toEqual([]);
});
