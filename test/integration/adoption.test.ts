import { providerKey } from '../support/cognito-fake/state.ts';
import { setUpByHand } from '../support/hand-made.ts';
import { keepSigningIn, seededUser, signIn } from '../support/sign-ins.ts';
import { startSurroundings } from '../support/surroundings.ts';

// In real time and over real sockets. What else an adoption does: test/virtual/at-the-doors/adoption.test.ts.

test('no sign-in fails while a federation is adopted, changed, rotated and given back as it was found', async () => {
  await using around = await startSurroundings();
  const handMade = await setUpByHand(around);
  const entrance = { userPoolId: handMade.pool.id };
  const adopting = (more: object = {}) => ({
    UserPoolId: handMade.pool.id,
    UserPoolClientIds: [handMade.web.id],
    Adopt: { ApplicationId: handMade.applicationId },
    ...more,
  });
  const changes = {
    ApplicationLabel: 'Shop, by template',
    Access: ['Engineering', 'Finance'],
    Scopes: 'openid email profile phone',
    AttributeMapping: { email: 'email', phone_number: 'phone_number' },
    AttributesRequestMethod: 'POST',
    IdpIdentifiers: ['template.example.com'],
    PostLogoutRedirectUris: ['https://shop.example.com/bye'],
    InitiateLoginUri: 'https://shop.example.com/start',
    LogoUri: 'https://shop.example.com/logo.png',
    Notes: 'Made by the template.',
  };
  const before = await handMade.look();
  const stop = await keepSigningIn(around, entrance);
  const stack = around.stack();
  const statuses = [
    await stack.create(adopting()),
    await stack.update(adopting(changes)),
    await stack.update(adopting({ SecretVersion: 2 })),
    await stack.delete(),
  ].map(({ status, reason }) => reason ?? status);
  const { count, failures } = await stop();
  expect(statuses).toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE']);
  expect(failures).toEqual([]);
  expect(count).toBeGreaterThan(10);
  await signIn(around, entrance, await seededUser(around));

  const provider = around.cognito.state.providers.get(providerKey(handMade.pool.id, 'Okta'));
  const rotated = provider?.ProviderDetails.client_secret ?? '';
  expect(rotated).not.toBe(handMade.clientSecret);
  const { secrets, ...after } = await handMade.look();
  const { secrets: _, ...found } = before;
  expect(secrets).toEqual([rotated]);
  const ProviderDetails = { ...Object(found.provider).ProviderDetails, client_secret: rotated };
  expect(after).toEqual({ ...found, provider: { ...found.provider, ProviderDetails } });
});
