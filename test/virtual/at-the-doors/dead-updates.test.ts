import { createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { createUserPool } from '../../support/cognito-fake/user-pools.ts';
import type { Answer, CustomResourceEvent, Properties } from '../../support/custom-resource.ts';
import { budgeted, someInCheck } from '../../support/random-runs.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { answerTo, hand, retry, run } from '../../support/virtual/lambda.ts';
import type { RemoteCall } from '../../support/virtual/network.ts';
import { isWrite, nameOf, Scene } from './scene.ts';

/**
 * A handler dies in an Update. If nothing rolls that back (`--disable-rollback`) and the stack is deleted, nothing of the attempt
 * stays, and what was adopted is given back. If it is rolled back, all is as before.
 */

let scene: Scene;

interface Case {
  readonly before: Properties;
  readonly after: Properties;
  /** What an administrator does before the Update. */
  readonly byHand?: () => void;
}

const cases: Record<string, () => Case | Promise<Case>> = {
  'a change in place': () => ({
    before: scene.properties({ Access: ['Engineering'] }),
    after: scene.properties({
      UserPoolClientIds: [scene.mobile.id],
      Access: ['Finance'],
      Notes: 'x',
      IdpIdentifiers: ['shop.example.com'],
    }),
  }),
  'an adoption in place': () => {
    const { id } = addHandMadeApplication(scene.world, scene.pool);
    const Adopt = { ApplicationId: id, OnDelete: 'Delete' };
    return { before: scene.properties(), after: scene.properties({ Adopt, Access: ['Finance'] }) };
  },
  'an adoption of a provider under another name': () => {
    const { id } = addHandMadeApplication(scene.world, scene.pool);
    addHandMadeProvider(scene.world, scene.pool, 'Staff', id);
    const Adopt = { ApplicationId: id, OnDelete: 'Delete' };
    return { before: scene.properties(), after: scene.properties({ Adopt, ProviderName: 'Staff' }) };
  },
  'an application created again': () => ({
    before: scene.properties(),
    after: scene.properties({ Notes: 'x' }),
    byHand: () => scene.world.org.applications.clear(),
  }),
  'a provider created again': () => ({
    before: scene.properties(),
    after: scene.properties({ Notes: 'x' }),
    byHand: () => scene.world.cognito.providers.clear(),
  }),
  'a replacement by another name': () => ({
    before: scene.properties(),
    after: scene.properties({ ProviderName: 'Staff' }),
  }),
  'a replacement in another pool': () => {
    const pool = createUserPool(scene.world.cognito, { prefix: 'mall' });
    const { id } = createAppClient(scene.world.cognito, pool);
    return { before: scene.properties(), after: { UserPoolId: pool.id, UserPoolClientIds: [id] } };
  },
  'a replacement in another pool and another org': () => {
    const pool = createUserPool(scene.world.cognito, { prefix: 'mall' });
    const { id } = createAppClient(scene.world.cognito, pool);
    const after = { UserPoolId: pool.id, UserPoolClientIds: [id], OktaSecretId: 'other-okta' };
    return { before: scene.properties(), after };
  },
  'a move to another org': () => ({
    before: scene.properties(),
    after: scene.properties({ OktaSecretId: 'other-okta' }),
  }),
  'a replacement that goes on with a retained federation': async () => {
    const Access = ['Engineering'];
    await scene.create(scene.properties({ Access }));
    const after = scene.properties({ Access: ['Finance'], UserPoolClientIds: [scene.mobile.id] });
    return { before: scene.properties({ ProviderName: 'Staff' }), after };
  },
  'a rotation': () => ({
    before: scene.properties({ SecretVersion: '1' }),
    after: scene.properties({ SecretVersion: '2' }),
  }),
};

/** Kills after every call that changes something, the journal's writes and the answer among them. */
const isDeadly = (call: RemoteCall) =>
  isWrite(nameOf(call)) || call.operation.startsWith('UpdateItem') || call.operation === 'PUT answer';

/** Lambda delivers the event again, and Okta refuses the token by then. */
function deliveredTwice(event: CustomResourceEvent): Promise<Answer> {
  const { world } = scene;
  const delivery = hand(world, event);
  return world.time.run(
    run(world, delivery).then(async ({ ended }) => {
      if (ended === 'killed' && delivery.url.stored.length === 0) {
        scene.strike(/^Okta /, { do: 'answer', reply: { status: 401, body: JSON.stringify(invalidToken) } });
        await retry(world, delivery);
      }
      return answerTo(world, delivery);
    }),
  );
}

const invalidToken = { errorCode: 'E0000011', errorSummary: 'Invalid token provided' };

const endings = [
  'leaves nothing after the Delete',
  'is rolled back whole',
  'that fails when it is delivered again leaves nothing after the Delete',
  'that fails when it is delivered again is rolled back whole',
];
const ended = Object.entries(cases).flatMap(([name, caseOf]) =>
  endings.map((ending) => ({ name, caseOf, ending })),
);

describe('no matter after which write the handler dies,', () => {
  test.each(someInCheck(ended, 8))('$name $ending', async ({ caseOf, ending }) => {
    scene = new Scene();
    const { before, after, byHand } = await caseOf();
    const everything = () => ({ view: scene.view, elsewhere: scene.world.otherOrg.applications.size });
    const nothing = everything();
    const id = await scene.made(before);
    const whole = everything();
    byHand?.();
    const start = scene.world.snapshot();
    let writes = 0;
    scene.world.network.fault = (call) => {
      if (isDeadly(call)) writes += 1;
      return undefined;
    };
    expect(await scene.update(id, after, before)).toMatchObject({ Status: 'SUCCESS' });
    const first = Number(process.env.SEED);
    // The last one is the answer. With a smaller budget, some of them.
    for (let n = 0; n < budgeted(writes, 2); n += 1) {
      const deadly = 1 + ((first + n) % writes);
      scene.world.restore(start);
      scene.world.otherOrg.reset();
      scene.world.network.calls.length = 0;
      let seen = 0;
      scene.world.network.fault = (call) => {
        if (isDeadly(call)) seen += 1;
        return isDeadly(call) && seen === deadly ? { do: 'kill after' } : undefined;
      };
      const answer = ending.includes('again')
        ? await deliveredTwice(scene.resource.update(id, after, before))
        : await scene.update(id, after, before);
      scene.heal();
      if (answer.Status === 'SUCCESS') continue;
      await scene.passes(60);
      const isDeleted = ending.includes('Delete');
      const known = deadly % 2 === 0 ? after : before;
      const next = isDeleted ? scene.delete(id, known) : scene.update(id, before, after);
      expect({ deadly, ...(await next) }).toMatchObject({ deadly, Status: 'SUCCESS' });
      // What was deleted by hand is made again, or not, as far as the Update came.
      if (isDeleted) expect({ deadly, ...everything() }).toEqual({ deadly, ...nothing });
      else if (!byHand) expect({ deadly, ...everything() }).toEqual({ deadly, ...whole });
    }
  });
});

test('a Create that dies anywhere, and that Okta refuses when it is delivered again, leaves nothing after its Delete', async () => {
  scene = new Scene();
  const nothing = scene.view;
  let writes = 0;
  scene.world.network.fault = (call) => {
    if (isDeadly(call)) writes += 1;
    return undefined;
  };
  expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
  expect(writes).toBeGreaterThan(8);
  const all = Array.from({ length: writes }, (_, index) => index + 1);
  for (const deadly of someInCheck(all, 4)) {
    scene = new Scene();
    let seen = 0;
    scene.world.network.fault = (call) => {
      if (isDeadly(call)) seen += 1;
      return isDeadly(call) && seen === deadly ? { do: 'kill after' } : undefined;
    };
    const answer = await deliveredTwice(scene.resource.create(scene.properties()));
    scene.heal();
    await scene.passes(60);
    expect(await scene.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect({ deadly, view: scene.view }).toEqual({ deadly, view: nothing });
  }
});

test('a replacement that dies right after it made its application is gone after the Delete of the old ID', async () => {
  scene = new Scene();
  const nothing = scene.view;
  const id = await scene.made();
  scene.strike(/Okta POST .api.v1.apps$/, { do: 'kill after' });
  const replaced = scene.properties({ ProviderName: 'Staff', ApplicationLabel: 'Staff' });
  expect(await scene.update(id, replaced)).toMatchObject({ Status: 'FAILED' });
  expect(scene.world.org.applications.size).toBe(2);
  scene.heal();
  await scene.passes(60);
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(nothing);
});
