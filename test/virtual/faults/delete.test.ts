import { expectNoHarm } from './expect-no-harm.ts';
import { deletion, establish, setStage } from './stage.ts';

test('a Delete leaves nothing, at the latest when it is sent again, with any fault at any call', async () => {
  const stage = await setStage();
  const properties = stage.properties();
  const id = await establish(stage, properties);
  await expectNoHarm(stage.world, deletion(stage, id, properties));
});
