import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { z } from 'zod';
import type { Controlled } from '../../local/okta/control.ts';
import { DpopProofs } from '../../local/okta/dpop.ts';
import { faultSchema } from '../../local/okta/faults.ts';
import { createFront } from '../../local/okta/front.ts';
import { RateLimit } from '../../local/okta/management/rate-limit.ts';
import { ManagementApi } from '../../local/okta/management/router.ts';
import { Org } from '../../local/okta/org.ts';
import { ServiceApps } from '../../local/okta/service-apps.ts';
import { createStage } from '../../local/okta/stage.ts';
import { type Recording, recordings } from '../support/okta-replay/recordings.ts';
import { seededOrg } from '../support/okta-replay/seed.ts';
import { type ComparedAnswer, differences } from '../support/okta-replay/shape.ts';
import { tokenRequest } from '../support/okta-replay/token.ts';

/** What an org with a passing trouble of its own answers; the control port makes it answer so. */
const INTERNAL_ERROR = {
  type: 'answer',
  status: 500,
  body: {
    errorCode: 'E0000009',
    errorSummary: 'Internal Server Error',
    errorLink: 'E0000009',
    errorId: 'oaeMadeUp',
    errorCauses: [],
  },
};

/** Answers of the local org that differ on purpose: the recording, the place, and why. */
const DELIBERATE: readonly { readonly recording: RegExp; readonly place: RegExp; readonly why: string }[] = [
  {
    recording: /^apps-list-mixed$/,
    place: /^body\[\d+\]\.licensing: recorded object, here nothing$/,
    why: 'Seats of integrations from the catalog: the product skips such applications whole.',
  },
  {
    recording: /^apps-list-mixed$/,
    place: /^body\[\d+\]\.universalLogout\.\w+: recorded string, here nothing$/,
    why: 'How each integration of the catalog supports Universal Logout is known to the catalog alone.',
  },
  {
    recording: /^apps-list-mixed$/,
    place: /^body\[\d+\]\._links\.(clientCredentials|help): recorded (list|object), here nothing$/,
    why: 'OIDC integrations of the catalog have secrets and instructions; the local org has no catalog.',
  },
  {
    recording: /^apps-list-mixed$/,
    place: /^body\[\d+\]\._links\.appLinks: recorded 0 items, here 1$/,
    why: 'An integration may have a link that is off; in the local org a link that there is, is on.',
  },
  {
    recording: /^oidc-web-documents 28$/,
    place: /^body\.(visibility\.autoLaunch|settings\.notes): recorded nothing, here (boolean|object)$/,
    why: 'One application of an old wizard has neither; every client that the API makes has both.',
  },
];

const all = recordings();

describe('the local org, asked what real orgs were asked', () => {
  let stage: Controlled;
  let front: Server;

  beforeAll(async () => {
    const urls = { org: '', custom: '' };
    stage = await createStage(new Org(randomBytes(24).toString('base64url')), urls);
    front = createFront(stage).listen(0, '127.0.0.1');
    await once(front, 'listening');
    urls.org = `http://127.0.0.1:${z.object({ port: z.number() }).parse(front.address()).port}`;
  });
  afterAll(async () => {
    front.close();
    await once(front, 'close');
  });

  it.each(all.map((recording) => [recording.name, recording] as const))(
    'answers in the shape of %s',
    async (_name, recording) => {
      const answer = await answerOf(stage, recording);
      const unexpected = differences(recording, answer).filter(
        (line) => !DELIBERATE.some((each) => each.recording.test(recording.name) && each.place.test(line)),
      );
      expect(unexpected).toEqual([]);
    },
  );

  it('differs on purpose only in what is on the list', async () => {
    const lines: { name: string; line: string }[] = [];
    for (const recording of all) {
      const found = differences(recording, await answerOf(stage, recording));
      lines.push(...found.map((line) => ({ name: recording.name, line })));
    }
    const stale = DELIBERATE.filter(
      ({ recording, place }) => !lines.some(({ name, line }) => recording.test(name) && place.test(line)),
    );
    expect(stale).toEqual([]);
  });
});

/** Sends a recorded request to an org that has what it asks about. */
async function answerOf(stage: Controlled, recording: Recording): Promise<ComparedAnswer> {
  const { method, path, query, body } = recording.request;
  const org = seededOrg(recording, randomBytes(24).toString('base64url'));
  const proofs = new DpopProofs();
  stage.org = org;
  stage.rateLimit = new RateLimit();
  stage.management = new ManagementApi(org, proofs, stage.rateLimit);
  stage.serviceApps = new ServiceApps(org, proofs);
  stage.faults.clear();
  if (recording.status === 429) stage.rateLimit.set(path, 0);
  if (recording.status === 500) stage.faults.add(faultSchema.parse({ action: INTERNAL_ERROR }));
  const url = `${stage.urls.org}${path}${query === null ? '' : `?${query}`}`;
  const request =
    path === '/oauth2/v1/token'
      ? await tokenRequest(org, recording.name, url, proofs.issueNonce())
      : {
          headers: { authorization: `SSWS ${org.apiToken}`, 'content-type': 'application/json' },
          ...(body !== null && { body: JSON.stringify(body) }),
        };
  const answer = await fetch(url, { method, ...request });
  const text = await answer.text();
  const links = answer.headers.get('link')?.split(/, (?=<)/) ?? [];
  return {
    status: answer.status,
    headers: { ...Object.fromEntries(answer.headers), link: links },
    body: text === '' ? '' : JSON.parse(text),
  };
}
