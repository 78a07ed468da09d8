import { expectNoHarm } from './expect-no-harm.ts';
import { creation, setStage } from './stage.ts';

test('a Create is whole or leaves nothing, with any fault at any call', async () => {
  const stage = await setStage();
  await expectNoHarm(stage.world, creation(stage, stage.properties({ Access: ['Engineering'] })));
});
