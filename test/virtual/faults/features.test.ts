import { oktaIdentifier } from '../../../local/okta/identifiers.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { expectNoHarm } from './expect-no-harm.ts';
import { deletion, establish, type Stage, setStage, update } from './stage.ts';

const groups = "user.getGroups({'group.profile.name': 'app-', 'operator': 'STARTS_WITH'}).![profile.name]";

/** An application with a claim of its own, which has its groups by hand. */
async function handMade(): Promise<{ stage: Stage; adopting: Properties }> {
  const stage = await setStage();
  const { world, handMadeId } = stage;
  const created = new Date().toISOString();
  world.org.applications.get(handMadeId)?.federatedClaims.push({
    id: oktaIdentifier('ofc'),
    name: 'groups',
    expression: 'user.email',
    created,
    lastUpdated: created,
  });
  const adopting = stage.properties({ ProviderName: 'Staff', Adopt: { ApplicationId: handMadeId } });
  return { stage, adopting };
}

const features = {
  Claims: { groups, department: 'user.profile.department' },
  AuthenticationPolicy: 'Password only',
  Access: 'FederationBrokerMode',
};

test('claims, a policy and Federation Broker Mode come whole or not at all, with any fault at any call', async () => {
  const stage = await setStage();
  const old = stage.properties({ Access: ['Engineering'], Claims: { staff: 'user.email' } });
  const id = await establish(stage, old);
  await expectNoHarm(stage.world, update(stage, id, stage.properties(features), old));
});

test('claims, a policy and Federation Broker Mode go whole or not at all, with any fault at any call', async () => {
  const stage = await setStage();
  const old = stage.properties(features);
  const id = await establish(stage, old);
  await expectNoHarm(stage.world, update(stage, id, stage.properties({ Access: ['Engineering'] }), old));
});

test('an adopted application gets its claims and its policy back, with any fault at any call of an Update', async () => {
  const { stage, adopting } = await handMade();
  const id = await establish(stage, adopting);
  await expectNoHarm(stage.world, update(stage, id, { ...adopting, ...features }, adopting));
});

test('an adopted application gets its claims and its policy back, with any fault at any call of a Delete', async () => {
  const { stage, adopting } = await handMade();
  const properties = { ...adopting, ...features };
  const id = await establish(stage, properties);
  await expectNoHarm(stage.world, deletion(stage, id, properties));
});
