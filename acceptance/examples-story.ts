/** The other examples, each deployed by the provider on AWS, looked at and deleted. */
import { StackFailedError } from './cloudformation.ts';
import { exampleText } from './examples.ts';
import { createApplicationByHand } from './okta-objects.ts';
import type { ExistingPool } from './pools.ts';
import type { Run } from './run-context.ts';

/** The pools that the examples need. */
export const POOLS = ['Existing', 'Groups', 'Adoption', 'Recorded'] as const;
export type Pools = Readonly<Record<(typeof POOLS)[number], ExistingPool>>;

/** Examples that a run does not deploy, with the reason. */
export const NOT_DEPLOYED: Readonly<Record<string, string>> = {
  'custom-domain': 'it needs a domain of your own and a certificate',
  'another-account': 'it needs a second account',
  'another-account-role': 'it needs a second account',
};

/** Deploys and deletes each example that needs nothing but the account and the org. */
export async function playExamples(run: Run, pools: Pools): Promise<void> {
  const { objects } = run;
  const existing = ({ userPoolId, clientId }: ExistingPool) => ({
    UserPoolId: userPoolId,
    UserPoolClientId: clientId,
  });
  await play(run, 'existing-pool', existing(pools.Existing), pools.Existing);
  const groups = { ...existing(pools.Groups), Groups: objects.group.name };
  await play(run, 'groups', groups, pools.Groups);
  await play(run, 'several-clients');
  try {
    await play(run, 'groups-in-the-token');
    run.observe('groups-in-the-token', 'deployed');
  } catch (error) {
    // Not every org has claims of one application.
    if (!(error instanceof StackFailedError) || !/E0000015|feature/.test(error.message)) throw error;
    run.observe('groups-in-the-token', 'refused: the org lacks claims of one application');
  }
  await adopt(run, pools.Adoption, 'adoption', `!ImportValue ${run.provider.exportName}`);
}

async function play(
  { step, stacks, settings, provider, cognito }: Run,
  name: string,
  parameters: Readonly<Record<string, string>> = {},
  pool?: ExistingPool,
): Promise<void> {
  const serviceToken = `!ImportValue ${provider.exportName}`;
  const body = exampleText(name, { serviceToken, label: `${settings.prefix} ${name}` });
  const stack = await step(`Deploy examples/${name}.yaml`, () => stacks.create(name, { body }, parameters));
  if (pool) {
    const offered = await cognito.offered(pool.userPoolId, pool.clientId);
    if (!offered.includes('Okta')) throw new Error(`${name}: the app client offers ${offered.join(', ')}.`);
  }
  await step(`Delete the stack of ${name}`, () => stack.remove());
  if (pool) {
    const offered = await cognito.offered(pool.userPoolId, pool.clientId);
    if (offered.join() !== 'COGNITO')
      throw new Error(`${name} left ${offered.join(', ')} on the app client.`);
  }
}

/**
 * Makes a federation by hand, has a stack adopt it, and looks whether it is as before when that stack is gone.
 *
 * @param name - of the stack
 * @param serviceToken - of the provider on AWS, or of the recorded one
 */
export async function adopt(
  { step, stacks, settings, okta, cognito, undo }: Run,
  pool: ExistingPool,
  name: string,
  serviceToken: string,
): Promise<void> {
  const { userPoolId, clientId, redirectUri } = pool;
  const made = await step('Make an application and a provider by hand', async () => {
    const label = `${settings.prefix} ${name} by hand`;
    const application = await createApplicationByHand(label, redirectUri, okta, undo);
    await cognito.createProvider(userPoolId, 'Okta', {
      client_id: application.clientId,
      client_secret: application.clientSecret,
      oidc_issuer: settings.orgUrl,
      authorize_scopes: 'openid email',
      attributes_request_method: 'GET',
    });
    return application;
  });
  const before = await cognito.detailsOf(userPoolId, 'Okta');
  const parameters = { UserPoolId: userPoolId, UserPoolClientId: clientId, OktaApplicationId: made.id };
  const body = exampleText('adoption', { serviceToken });
  const stack = await step(`Adopt it (${name})`, () => stacks.create(name, { body }, parameters));
  await step(`Delete the stack of ${name}`, () => stack.remove());
  const after = await cognito.detailsOf(userPoolId, 'Okta');
  if (JSON.stringify(after) !== JSON.stringify(before)) {
    throw new Error(`${name}: the provider is not as it was before the adoption.`);
  }
  await okta.call('GET', `/api/v1/apps/${made.id}`);
  await cognito.deleteProvider(userPoolId, 'Okta');
}
