import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { keepSigningIn, seededUser, signIn } from '../support/sign-ins.ts';
import { startSurroundings } from '../support/surroundings.ts';

// In real time and over real sockets. What else a rotation does: test/virtual/at-the-doors/rotation.test.ts.

test('no sign-in fails while the client secret is rotated, and one secret is left', async () => {
  await using around = await startSurroundings();
  const pool = createUserPool(around.cognito.state);
  const web = createAppClient(around.cognito.state, pool);
  const entrance = { userPoolId: pool.id };
  const version = (SecretVersion: number) => ({
    UserPoolId: pool.id,
    UserPoolClientIds: [web.id],
    SecretVersion,
  });
  const inCognito = () =>
    around.cognito.state.providers.get(providerKey(pool.id, 'Okta'))?.ProviderDetails.client_secret;
  const stack = around.stack();
  expect(await stack.create(version(1))).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
  const first = inCognito();
  const stop = await keepSigningIn(around, entrance);
  expect(await stack.update(version(2))).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
  const { count, failures } = await stop();
  expect(failures).toEqual([]);
  expect(count).toBeGreaterThan(10);
  expect(inCognito()).not.toBe(first);
  expect(await around.okta.secretsOf(String(stack.attributes.ApplicationId))).toEqual([inCognito()]);
  await signIn(around, entrance, await seededUser(around));
});
