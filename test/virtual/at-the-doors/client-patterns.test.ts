import { metricsIn, tick } from '../../support/virtual/watch.ts';
import { isWrite, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
  scene.world.queue.waiting.length = 0;
});

/** No app client is named: each names the provider itself. */
const bare = () => ({ UserPoolId: scene.pool.id });

function names(provider: string): void {
  scene.web.settings.SupportedIdentityProviders = ['COGNITO', provider];
}

test('an Update probes with an app client that names the provider, and SignInUrl is for it', async () => {
  const created = await scene.create(bare());
  expect(created).toMatchObject({ Status: 'SUCCESS', Data: { SignInUrl: '' } });
  names('Okta');
  const calls = await scene.callsOf(async () => {
    expect(await scene.update(created.PhysicalResourceId, { ...bare(), Trigger: '2' }, bare())).toMatchObject(
      {
        Status: 'SUCCESS',
        Data: { SignInUrl: expect.stringContaining(`client_id=${scene.web.id}`) },
      },
    );
  });
  expect(calls.filter((call) => call === 'Sign-in GET Cognito /oauth2/authorize')).toHaveLength(1);
  expect(calls.filter(isWrite)).toEqual([]);
});

test('a Create lists no app client', async () => {
  const calls = await scene.callsOf(() => scene.create(bare()));
  expect(calls.filter((call) => call.includes('ListUserPoolClients'))).toEqual([]);
});

test('an Update that names app clients lists none', async () => {
  const id = await scene.made();
  const calls = await scene.callsOf(() => scene.update(id, scene.properties({ Notes: 'Ours.' })));
  expect(calls.filter((call) => call.includes('ListUserPoolClients'))).toEqual([]);
});

test.each(['AccessDeniedException', 'InternalErrorException'])(
  'an Update succeeds although Cognito answers %s to the list of app clients',
  async (name) => {
    const id = await scene.made(bare());
    names('Okta');
    const body = JSON.stringify({ __type: name, message: 'No.' });
    scene.strike(/ListUserPoolClients/, { do: 'answer', reply: { status: 400, body } });
    expect(await scene.update(id, { ...bare(), Trigger: '2' }, bare())).toMatchObject({
      Status: 'SUCCESS',
      Data: { SignInUrl: '' },
    });
  },
);

describe('the watch, if no app client is named', () => {
  const watched = () => scene.world.time.run(tick(scene.world));
  const answering = (name: string) => {
    const body = JSON.stringify({ __type: name, message: 'No.' });
    scene.strike(/ListUserPoolClients/, { do: 'answer', reply: { status: 400, body } });
  };

  test('probes with one that names the provider, and reports that Cognito sends no one on to Okta', async () => {
    await scene.made(bare());
    names('Okta');
    let output = '';
    const calls = await scene.callsOf(async () => {
      output = await watched();
    });
    expect(metricsIn(output)).toMatchObject([{ SignInWorks: 1, Drifted: 0 }]);
    expect(calls.filter((call) => call === 'Sign-in GET Cognito /oauth2/authorize')).toHaveLength(1);
    expect(calls.filter(isWrite)).toEqual([]);
    const fault = { do: 'answer', reply: { status: 400, body: 'No.' } } as const;
    scene.strike(/^Sign-in GET Cognito \/oauth2\/authorize$/, fault);
    expect(metricsIn(await watched())).toMatchObject([{ SignInWorks: 0, Drifted: 0 }]);
  });

  test.each(['AccessDeniedException', 'InternalErrorException'])(
    'asks Okta only if Cognito answers %s to the list of app clients',
    async (name) => {
      await scene.made(bare());
      names('Okta');
      answering(name);
      let output = '';
      const calls = await scene.callsOf(async () => {
        output = await watched();
      });
      expect(metricsIn(output)).toMatchObject([{ SignInWorks: 1, Drifted: 0 }]);
      expect(calls).not.toContain('Sign-in GET Cognito /oauth2/authorize');
    },
  );

  test('lists none if the template says to ask Okta only', async () => {
    await scene.made({ ...bare(), Verify: 'OktaOnly' });
    names('Okta');
    const calls = await scene.callsOf(watched);
    expect(calls.filter((call) => /ListUserPoolClients|Cognito \/oauth2/.test(call))).toEqual([]);
  });
});

test('an app client without sign-ins is not probed', async () => {
  const id = await scene.made(bare());
  names('Okta');
  scene.web.settings.AllowedOAuthFlowsUserPoolClient = false;
  const calls = await scene.callsOf(() => scene.update(id, { ...bare(), Trigger: '2' }, bare()));
  expect(calls).not.toContain('Sign-in GET Cognito /oauth2/authorize');
});

test('OktaOnly leaves out the domain, and None every probe', async () => {
  const id = await scene.made(bare());
  names('Okta');
  const probes = async (Verify: string) => {
    const calls = await scene.callsOf(() => scene.update(id, { ...bare(), Verify }, bare()));
    return calls.filter((call) => /^Sign-in (GET|POST) \w+ \/oauth2/.test(call)).length;
  };
  expect([await probes('true'), await probes('OktaOnly'), await probes('false')]).toEqual([3, 2, 0]);
});

describe('from UserPoolClientIds to a client that names the provider', () => {
  /** The stack's own app client, as CloudFormation has made it. */
  function changesClient(providers: string[]): void {
    const client = {
      type: 'AWS::Cognito::UserPoolClient',
      logicalId: 'AppClient',
      physicalId: scene.web.id,
      status: 'UPDATE_COMPLETE',
    };
    scene.world.stacks.changes(scene.resource.stackId, client, { SupportedIdentityProviders: providers });
    scene.web.settings.SupportedIdentityProviders = [...providers];
  }
  const listed = () => scene.web.settings.SupportedIdentityProviders;

  test('by a literal name, which CloudFormation set first: the provider stays, also at the rollback', async () => {
    const id = await scene.made();
    changesClient(['COGNITO', 'Okta']);
    expect(await scene.update(id, bare())).toMatchObject({ Status: 'SUCCESS' });
    expect(listed()).toEqual(['COGNITO', 'Okta']);
    expect(await scene.update(id, scene.properties(), bare())).toMatchObject({ Status: 'SUCCESS' });
    expect(listed()).toEqual(['COGNITO', 'Okta']);
  });

  test('by !GetAtt: the client has not changed yet, loses the provider, and gets it from CloudFormation', async () => {
    const id = await scene.made();
    await scene.update(id, bare());
    expect(listed()).toEqual(['COGNITO']);
    changesClient(['COGNITO', 'Okta']);
    expect(await scene.delete(id, bare())).toMatchObject({ Status: 'SUCCESS' });
    expect(listed()).toEqual(['COGNITO']);
  });

  test('a client that CloudFormation changes while the provider is removed gets it again', async () => {
    const id = await scene.made();
    let isChanged = false;
    scene.world.network.fault = ({ operation }) => {
      if (operation === 'UpdateUserPoolClient' && !isChanged) {
        isChanged = true;
        changesClient(['COGNITO', 'Okta']);
      }
      return undefined;
    };
    expect(await scene.update(id, bare())).toMatchObject({ Status: 'SUCCESS' });
    expect(isChanged).toBe(true);
    expect(listed()).toEqual(['COGNITO', 'Okta']);
  });

  test('a client of the stack that names others only loses the provider', async () => {
    const id = await scene.made();
    changesClient(['COGNITO']);
    scene.web.settings.SupportedIdentityProviders = ['COGNITO', 'Okta'];
    await scene.update(id, bare());
    expect(listed()).toEqual(['COGNITO']);
  });

  test('a client that is not of the stack loses the provider, however old the stack is', async () => {
    const id = await scene.made();
    scene.world.stacks.forgetsEvents(scene.resource.stackId);
    await scene.update(id, bare());
    expect(listed()).toEqual(['COGNITO']);
  });

  test('a client of the stack whose events are gone keeps the provider', async () => {
    const id = await scene.made();
    changesClient(['COGNITO']);
    scene.web.settings.SupportedIdentityProviders = ['COGNITO', 'Okta'];
    scene.world.stacks.others.set(scene.resource.stackId, [
      {
        type: 'AWS::Cognito::UserPoolClient',
        logicalId: 'AppClient',
        physicalId: scene.web.id,
        status: 'CREATE_COMPLETE',
      },
    ]);
    scene.world.stacks.forgetsEvents(scene.resource.stackId);
    await scene.update(id, bare());
    expect(listed()).toEqual(['COGNITO', 'Okta']);
  });
});
