import { randomUUID } from 'node:crypto';
import type { CustomResourceEvent } from '../../support/custom-resource.ts';
import { answerTo, hand, run } from '../../support/virtual/lambda.ts';
import { deadToken, Scene } from './scene.ts';

/**
 * The failsafe cannot ask CloudFormation: it runs when something is broken. So what it notes in the journal, which a principal
 * that may invoke it can have noted for any resource, must not harm the resource.
 */

let scene: Scene;
let id: string;

beforeEach(async () => {
  scene = new Scene();
  scene.withoutLag();
  id = await scene.made();
});

const update = (more = {}) => scene.resource.update(id, scene.properties(more), scene.properties());

/** Has the failsafe note a death that no function died. */
async function forgeDeath(event: CustomResourceEvent, aheadMs = 0): Promise<void> {
  const { href } = scene.world.bucket.open(event);
  const date = new Date(Date.now() + aheadMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const requestPayload = { ...event, ResponseURL: href.replace(/X-Amz-Date=\w+/, `X-Amz-Date=${date}`) };
  const { output } = await scene.world.time.run(scene.world.invoke('failsafe', { requestPayload }));
  expect(output).toContain('answering for it');
}

test('a forged death, dated ahead, does not make the events that follow look late', async () => {
  await scene.world.time.run(forgeDeath(update({ Notes: 'x' }), 4 * 60_000));
  expect(await scene.update(id, scene.properties({ Notes: 'y' }))).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.application.document.settings.notes?.admin).toBe('y');
});

test('a forged death between a refused Update and its rollback does not hide that the Update was refused', async () => {
  scene.strike(/^Okta /, deadToken);
  const wanted = scene.properties({ Notes: 'x' });
  expect(await scene.update(id, wanted)).toMatchObject({ Status: 'FAILED' });
  await forgeDeath({ ...update({ Notes: 'z' }), RequestId: randomUUID() });
  expect(await scene.update(id, scene.properties(), wanted)).toMatchObject({ Status: 'SUCCESS' });
});

test('an Update that dies before it begins is rolled back although the token is dead', async () => {
  scene.strike(/^Okta /, deadToken);
  const wanted = scene.properties({ Notes: 'x' });
  const delivery = hand(scene.world, scene.resource.update(id, wanted, scene.properties()));
  // The function cannot even start.
  expect(await scene.world.time.run(answerTo(scene.world, delivery))).toMatchObject({ Status: 'FAILED' });
  expect(await scene.update(id, scene.properties(), wanted)).toMatchObject({ Status: 'SUCCESS' });
});

test('a forged event in the window of a real one, dated ahead, does not make the events that follow look late', async () => {
  const real = update({ Notes: 'x' });
  const delivery = hand(scene.world, real);
  const forged = { ...real, RequestId: randomUUID() };
  const { href } = scene.world.bucket.open(forged);
  const date = new Date(Date.now() + 4 * 60_000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const ResponseURL = href.replace(/X-Amz-Date=\w+/, `X-Amz-Date=${date}`);
  await scene.world.time.run(scene.world.invoke('provider', { ...forged, ResponseURL }));
  await scene.world.time.run(run(scene.world, delivery));
  await scene.world.time.run(answerTo(scene.world, delivery));
  expect(delivery.url.stored).toHaveLength(1);
  await scene.passes(10);
  expect(await scene.update(id, scene.properties(), scene.properties({ Notes: 'x' }))).toMatchObject({
    Status: 'SUCCESS',
  });
});

test('a forged death with an endless physical ID does not fill the journal', async () => {
  const endless = { ...update({ Notes: 'z' }), PhysicalResourceId: 'x'.repeat(200_000) };
  await forgeDeath(endless);
  await forgeDeath({ ...endless, RequestId: randomUUID() });
  const item = scene.world.leases.get(`resource ${scene.resource.stackId} Federation`);
  expect(JSON.stringify(item).length).toBeLessThan(20_000);
  expect(await scene.update(id, scene.properties({ Notes: 'y' }))).toMatchObject({ Status: 'SUCCESS' });
});
