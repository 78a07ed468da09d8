import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleLambda, withoutDebugging } from '../../build/lambda.ts';
import { bundleOf } from '../support/bundles.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { hand, run } from '../support/virtual/lambda.ts';
import { Resource } from '../support/virtual/resource.ts';
import { World } from '../support/virtual/world.ts';

test('the tests run what is shipped: only the head and the name of the source map differ', async () => {
  const folder = `${bundleOf('failsafe')}.shipped`;
  await bundleLambda('src/failsafe.ts', folder);
  const shipped = await readFile(join(folder, 'failsafe.js'), 'utf8');
  await rm(folder, { recursive: true });
  const tested = await readFile(bundleOf('failsafe'), 'utf8');
  expect(withoutDebugging(tested)).toBe(shipped);
  expect(tested).not.toBe(shipped);
});

test('the stack of an error names lines of the sources', async () => {
  const world = new World();
  const pool = createUserPool(world.cognito);
  world.network.fault = ({ service }) =>
    service === 'Okta' ? { do: 'answer', reply: { status: 403, body: '' } } : undefined;
  const delivery = hand(world, new Resource('shop').create({ UserPoolId: pool.id }));
  await world.time.run(run(world, delivery));
  expect(delivery.invocations[0]?.output).toMatch(/src\/okta\/[\w-]+\.ts:\d+:\d+/);
});
