import { expectNoHarm } from './expect-no-harm.ts';
import { establish, setStage, update } from './stage.ts';

test('an Update in place is whole or as before, with any fault at any call', async () => {
  const stage = await setStage();
  const { web, mobile } = stage;
  const old = stage.properties({ UserPoolClientIds: [web.id], Access: ['Engineering'] });
  const wanted = stage.properties({
    UserPoolClientIds: [mobile.id],
    Access: ['Finance'],
    ApplicationLabel: 'Shop',
    AttributesRequestMethod: 'POST',
    IdpIdentifiers: ['shop.example.com'],
  });
  const id = await establish(stage, old);
  await expectNoHarm(stage.world, update(stage, id, wanted, old));
});
