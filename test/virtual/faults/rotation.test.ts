import { expectNoHarm } from './expect-no-harm.ts';
import { establish, setStage, update } from './stage.ts';

test('a rotation ends with one secret that Cognito has, with any fault at any call', async () => {
  const stage = await setStage();
  const old = stage.properties({ SecretVersion: '1' });
  const id = await establish(stage, old);
  await expectNoHarm(stage.world, update(stage, id, { ...old, SecretVersion: '2' }, old));
});
