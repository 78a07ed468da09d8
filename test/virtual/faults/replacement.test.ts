import { expectNoHarm } from './expect-no-harm.ts';
import { establish, setStage, update } from './stage.ts';

test('a replacement makes the new federation whole or leaves the old one, with any fault at any call', async () => {
  const stage = await setStage();
  const { web, elsewhere, otherPool } = stage;
  const old = stage.properties({ UserPoolClientIds: [web.id], Access: ['Engineering'] });
  const wanted = { ...old, UserPoolId: otherPool.id, UserPoolClientIds: [elsewhere.id] };
  const id = await establish(stage, old);
  await expectNoHarm(stage.world, update(stage, id, wanted, old));
});
