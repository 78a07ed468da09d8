import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { OktaOrg } from '../../support/okta-org.ts';

test("Okta's Python SDK leads the whole life of an application in the local org", async () => {
  await using org = await OktaOrg.start();
  const { stdout } = await promisify(execFile)('.venv/bin/python', ['test/loopback/strangers/okta_life.py'], {
    env: {
      PATH: process.env.PATH,
      OKTA_CLIENT_ORGURL: org.url,
      OKTA_CLIENT_TOKEN: org.apiToken,
      OKTA_TESTING_TESTINGDISABLEHTTPSCHECK: 'true',
    },
  });
  const label = 'By the Python SDK';
  const id: unknown = expect.stringMatching(/^0oa\w{17}$/);
  expect(JSON.parse(stdout)).toEqual({
    made: [id, label, 'ACTIVE'],
    found: [[id, label, 'ACTIVE']],
    groups: true,
    first: 'INACTIVE',
    secrets: true,
    renamed: 'Renamed by the Python SDK',
    inactive: 'INACTIVE',
    gone: expect.stringContaining('E0000007'),
  });
});
