import { expectNoHarm } from './expect-no-harm.ts';
import { creation, deletion, establish, setStage } from './stage.ts';

test('an adoption is whole or leaves all as it was found, with any fault at any call', async () => {
  const stage = await setStage();
  const Adopt = { ApplicationId: stage.handMadeId };
  const properties = stage.properties({ Adopt, ProviderName: 'Staff', Access: ['Finance'] });
  await expectNoHarm(stage.world, creation(stage, properties));
});

test('the Delete after an adoption leaves all as it was found, with any fault at any call', async () => {
  const stage = await setStage();
  const Adopt = { ApplicationId: stage.handMadeId };
  const properties = stage.properties({ Adopt, ProviderName: 'Staff', Access: ['Finance'] });
  const id = await establish(stage, properties);
  await expectNoHarm(stage.world, deletion(stage, id, properties));
});
