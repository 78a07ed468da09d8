import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleLambda } from '../../../build/lambda.ts';
import { startOrg } from '../okta/scripted-org.ts';

const ID = '0oa00000000000000001';
const newer = { newer_than_the_sdk: { nested: ['kept', { at: '2026-01-01T00:00:00.000Z' }, null] } };
const writable = {
  name: 'oidc_client',
  label: 'The app',
  signOnMode: 'OPENID_CONNECT',
  profile: { owner: 'us' },
  credentials: { oauthClient: { client_id: ID, ...newer }, ...newer },
  settings: {
    oauthClient: { grant_types: ['authorization_code'], consent_method: 'TRUSTED', ...newer },
    ...newer,
  },
  ...newer,
};

describe('the bundled SDK', () => {
  let folder: string;
  let modules: typeof import('../../support/okta-modules.ts');

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'okta-modules-'));
    await bundleLambda('test/support/okta-modules.ts', folder);
    modules = createRequire(path.join(folder, 'okta-modules.js'))('./okta-modules.js');
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('sends back each field of an application that it read, those that its models do not know too', async () => {
    const stored = { ...writable, id: ID, status: 'ACTIVE', created: '2026-01-01T00:00:00.000Z' };
    await using org = await startOrg(({ method, body }) => ({
      status: 200,
      body: method === 'PUT' ? { ...stored, ...Object(body) } : stored,
    }));
    const credentials = modules.parseOktaCredentials(
      JSON.stringify({ orgUrl: org.orgUrl, apiToken: 'a-token' }),
    );
    const deadline = Date.now() + 10_000;
    const okta = modules.connectOkta(credentials, {
      signal: new AbortController().signal,
      deadline: () => deadline,
    });

    const read = await modules.getApplication(okta, ID);
    if (!read) throw new Error('the application is there');
    expect(read).toEqual(stored);
    const replaced = await modules.replaceApplication(okta, { ...read, label: 'Renamed' });
    expect(org.seen.at(-1)?.body).toEqual({ ...writable, label: 'Renamed' });
    expect(replaced).toEqual({ ...stored, label: 'Renamed' });
  });
});
