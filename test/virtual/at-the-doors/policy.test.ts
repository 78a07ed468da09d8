import type { Properties } from '../../support/custom-resource.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { idOf, Scene } from './scene.ts';

const name = '/okta-cognito-idp/policy';

let scene: Scene;
let mall: Resource;

beforeEach(() => {
  scene = new Scene();
  scene.world.configure({ POLICY_PARAMETER: name });
  mall = new Resource('mall-web');
  governs(teams);
});

afterAll(() => scene.world.configure());

/** Each team has its own pools, by a tag, and its own groups. */
const teams = {
  rules: [
    {
      name: 'shop',
      stacks: ['shop*'],
      accounts: ['000000000000'],
      allow: {
        pools: [{ tag: 'team', value: 'shop' }],
        access: ['Engineering'],
        oktaSecrets: ['Default'],
      },
    },
    {
      name: 'mall',
      stacks: ['mall-*'],
      accounts: ['*'],
      allow: { pools: [{ tag: 'team', value: 'mall' }], access: ['Everyone'], oktaSecrets: ['Default'] },
    },
  ],
};

function governs(policy: object): void {
  scene.world.parameters.set(name, JSON.stringify(policy));
}

const ofShop = (more: Properties = {}) => scene.properties({ Access: ['Engineering'], ...more });

describe('under a policy of two teams', () => {
  beforeEach(() => {
    scene.pool.tags = { team: 'shop' };
  });

  test('a team federates its own pool', async () => {
    const id = await scene.made(ofShop());
    idOf(await scene.update(id, ofShop({ Notes: 'x' }), ofShop()));
    idOf(await scene.delete(id, ofShop()));
  });

  test('the other team cannot, and nothing is made', async () => {
    const before = scene.view;
    const answer = await scene.send(mall.create(scene.properties()));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: `UserPoolId: rule "mall" of the operator's policy does not allow user pool ${scene.pool.id}; ask the operator of the provider stack, who can change the policy in the SSM parameter ${name}.`,
    });
    expect(scene.view).toEqual(before);
  });

  test('a team lets in only its own groups, also by an Update and by default', async () => {
    expect(await scene.create()).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^Access: rule "shop" .* does not allow Everyone;/),
    });
    const id = await scene.made(ofShop());
    expect(await scene.update(id, ofShop({ Access: 'Everyone' }), ofShop())).toMatchObject({
      Status: 'FAILED',
    });
  });

  test('a stack that no rule covers has nothing', async () => {
    const answer = await scene.send(new Resource('zoo').create(ofShop()));
    expect(answer.Reason).toMatch(
      /^No rule of the operator's policy covers stack zoo of account 000000000000;/,
    );
  });
});

describe('a policy that has become stricter', () => {
  let id: string;

  beforeEach(async () => {
    scene.pool.tags = { team: 'shop' };
    id = await scene.made(ofShop());
    governs({ rules: [{ stacks: ['mall-*'], accounts: ['*'], allow: 'Everything' }] });
  });

  test('refuses an Update', async () => {
    expect(await scene.update(id, ofShop({ Notes: 'x' }), ofShop())).toMatchObject({ Status: 'FAILED' });
  });

  test('lets a rollback to what still stands through', async () => {
    const next = ofShop({ Notes: 'x', Access: ['No such group'] });
    expect(await scene.update(id, next, ofShop())).toMatchObject({ Status: 'FAILED' });
    idOf(await scene.update(id, ofShop(), next));
  });

  test('lets a Delete through, which does not read it', async () => {
    const calls = await scene.callsOf(async () => idOf(await scene.delete(id, ofShop())));
    expect(calls).not.toContain('SSM GetParameter');
  });
});

describe('what a template may not name', () => {
  const role = 'arn:aws:iam::111111111111:role/pools';
  test.each<[string, Properties]>([
    ['another Okta secret', { OktaSecretId: 'another/okta' }],
    ['a role', { RoleArn: role }],
    ['an issuer of its own', { Issuer: 'https://10.0.0.5:8443' }],
    ['a label', { ApplicationLabel: 'Payroll' }],
    ['a claim', { Claims: { email: 'user.profile.any' } }],
    ['an adoption', { Adopt: { ApplicationId: `0oa${'1'.repeat(17)}` } }],
  ])('%s is refused before anyone is asked', async (_, named) => {
    scene.pool.tags = { team: 'shop' };
    const [property = ''] = Object.keys(named);
    const calls = await scene.callsOf(async () => {
      const { Reason } = await scene.create(ofShop(named));
      expect(Reason).toMatch(
        new RegExp(`^${property}\\S*: rule "shop" of the operator's policy does not allow`),
      );
    });
    expect(calls.filter((call) => /^(Okta|Sign-in|Cognito|STS)/.test(call))).toEqual([]);
  });

  test('a refusal says nothing of what is there', async () => {
    scene.pool.tags = { team: 'mall' };
    const { Reason } = await scene.create(
      ofShop({ Access: ['No such group'], AttributeMapping: { none: 'x' } }),
    );
    expect(Reason).toMatch(
      /^UserPoolId: rule "shop" .* does not allow user pool \S+; ask the operator [^;]*\.$/,
    );
    expect(Reason).not.toMatch(/No such group|attribute/);
  });
});

test('a policy that cannot be read allows nothing', async () => {
  scene.world.parameters.clear();
  const answer = await scene.create(ofShop());
  expect(answer.Reason).toMatch(/policy cannot be read, so nothing is allowed: The SSM parameter/);
  scene.strike(/SSM/, { do: 'answer', reply: refusal('AccessDeniedException', 'No.') });
  expect((await scene.create(ofShop())).Reason).toMatch(/may not be read by the provider's role/);
});

test('without a policy, no call reads it; with one, no call waits for it', async () => {
  scene.pool.tags = { team: 'shop' };
  scene.world.network.latency = () => 100;
  const timeOf = async (resource: Resource) => {
    const started = scene.world.time.now();
    const calls = await scene.callsOf(async () => {
      const id = idOf(await scene.send(resource.create(ofShop())));
      idOf(await scene.send(resource.delete(id, ofShop())));
    });
    return { calls, took: scene.world.time.now() - started };
  };
  const governed = await timeOf(new Resource('shop-1'));
  scene.world.configure();
  const free = await timeOf(new Resource('shop-2'));
  expect(governed.calls).toContain('SSM GetParameter');
  expect(free.calls).not.toContain('SSM GetParameter');
  expect(governed.took).toBe(free.took);
});

test('a policy is read once, beside the first look, also if that look takes seconds', async () => {
  scene.pool.tags = { team: 'shop' };
  const calls = await scene.callsOf(async () => {
    scene.world.network.latency = ({ service }) => (service === 'Okta' ? 1_500 : 5);
    idOf(await scene.create(ofShop()));
  });
  expect(calls.filter((call) => call === 'SSM GetParameter')).toHaveLength(1);
});

test('an authentication policy that is denied by its ID is also denied by its name, and the other way round', async () => {
  const denied = 'Password only';
  const id = [...scene.world.org.policies.values()].find((policy) => policy.name === denied)?.id ?? '';
  const ways: [string, string][] = [
    [id, denied],
    [denied, id],
  ];
  for (const [given, pattern] of ways) {
    governs({
      rules: [
        {
          stacks: ['*'],
          accounts: ['*'],
          allow: 'Everything',
          deny: { authenticationPolicies: [pattern] },
        },
      ],
    });
    const answer = await scene.create(scene.properties({ AuthenticationPolicy: given }));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^AuthenticationPolicy: rule 1 of the operator's policy does not allow/),
    });
  }
});
