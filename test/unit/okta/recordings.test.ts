import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleLambda } from '../../../build/lambda.ts';
import { startOrg } from './scripted-org.ts';

/** Answers that real orgs gave: jest.config.mjs leaves this file out if they are not at hand. */
const recordings = path.resolve('../shared/okta-recordings');
const recorded = (name: string) => JSON.parse(readFileSync(path.join(recordings, `${name}.json`), 'utf8'));

describe('what real orgs answered', () => {
  let folder: string;
  let modules: typeof import('../../support/okta-modules.ts');

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'okta-modules-'));
    await bundleLambda('test/support/okta-modules.ts', folder);
    modules = createRequire(path.join(folder, 'okta-modules.js'))('./okta-modules.js');
  }, 60_000);

  afterAll(() => rm(folder, { recursive: true }));

  /** Connects to an org that answers everything as recorded. */
  async function replaying(name: string) {
    const { status, body, headers } = recorded(name);
    // Its links lead to the org that it was recorded at.
    const { link, ...own } = headers;
    const org = await startOrg(() => ({ status, body, headers: own }));
    const secret = JSON.stringify({ orgUrl: org.orgUrl, apiToken: 'a-token' });
    const deadline = Date.now() + 10_000;
    const okta = modules.connectOkta(modules.parseOktaCredentials(secret), {
      signal: new AbortController().signal,
      deadline: () => deadline,
    });
    return { okta, body, [Symbol.asyncDispose]: () => org[Symbol.asyncDispose]() };
  }

  it('is read whole: a list of applications of every kind', async () => {
    await using org = await replaying('apps-list-mixed');
    expect(await modules.findApplications(org.okta, '')).toHaveLength(org.body.length);
  });

  it('is read whole: the authentication policies', async () => {
    await using org = await replaying('policies-list-access');
    expect(await modules.listAccessPolicies(org.okta)).toHaveLength(org.body.length);
  });

  it('is read: the client secrets, and a group', async () => {
    await using secrets = await replaying('secrets-list');
    expect(await modules.listClientSecrets(secrets.okta, '0oa1')).toHaveLength(secrets.body.length);
    await using groups = await replaying('groups-q-everyone');
    expect(await modules.findGroups(groups.okta, 'Everyone')).toMatchObject([{ type: 'BUILT_IN' }]);
  });

  it.each<[string, RegExp]>([
    ['feature-not-enabled-401', /does not have this feature/],
    ['apps-create-max-instances', /reached its number of applications/],
  ])('is explained: %s', async (name, message) => {
    await using org = await replaying(name);
    await expect(modules.listFederatedClaims(org.okta, '0oa1')).rejects.toThrow(message);
  });

  it('is taken for gone: an application of a real 404', async () => {
    await using org = await replaying('apps-not-found');
    expect(await modules.getApplication(org.okta, '0oa1')).toBeUndefined();
  });
});
