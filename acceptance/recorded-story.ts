/** A federation's life with the product on this machine, so that every call of the product to Okta is recorded. */
import { z } from 'zod';
import { type AddedProperty, exampleText } from './examples.ts';
import { adopt } from './examples-story.ts';
import type { ExistingPool } from './pools.ts';
import type { Run } from './run-context.ts';

const application = z.looseObject({
  id: z.string(),
  settings: z.looseObject({ oauthClient: z.looseObject({}) }),
});

/** Creates, rotates, breaks, repairs and deletes a federation, and adopts one. */
export async function playRecorded(run: Run, pool: ExistingPool, serviceToken: string): Promise<void> {
  const { step, stacks, okta, cognito } = run;
  const text = (properties: Readonly<Partial<Record<AddedProperty, string>>>) => ({
    body: exampleText('existing-pool', { serviceToken, properties }),
  });
  const parameters = { UserPoolId: pool.userPoolId, UserPoolClientId: pool.clientId };
  const stack = await step('Recorded: create a federation', () =>
    stacks.create('recorded-pool', text({}), parameters),
  );
  await step('Recorded: rotate its client secret', () =>
    stack.update(text({ SecretVersion: '1' }), parameters),
  );
  await step('Recorded: break it by hand', async () => {
    const path = `/api/v1/apps/${stack.outputs.OktaApplicationId}`;
    const document = application.parse(await okta.call('GET', path));
    const oauthClient = {
      ...document.settings.oauthClient,
      redirect_uris: ['https://app.example.com/wrong'],
    };
    await okta.call('PUT', path, { ...document, settings: { ...document.settings, oauthClient } });
    await cognito.deleteProvider(pool.userPoolId, 'Okta');
  });
  await step('Recorded: repair it by an Update', () =>
    stack.update(text({ SecretVersion: '1', Trigger: '1' }), parameters),
  );
  await step('Recorded: delete it', () => stack.remove());
  await adopt(run, pool, 'recorded-adoption', serviceToken);
}
