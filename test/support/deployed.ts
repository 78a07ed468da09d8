import { z } from 'zod';
import type { AppClient } from './cognito-fake/app-clients.ts';
import { providerKey } from './cognito-fake/state.ts';
import type { Surroundings } from './surroundings.ts';

/** An application as Okta shows it, which a test may change by hand. */
export const shownApplication = z.looseObject({
  visibility: z.looseObject({}),
  profile: z.unknown(),
  settings: z.looseObject({ notes: z.looseObject({}), oauthClient: z.looseObject({}) }),
});

/**
 * Creates a federation, to change it.
 *
 * @param web an app client to look at.
 * @param properties of the resource; its provider is named Okta.
 */
export async function deploy(around: Surroundings, web: AppClient, properties: Record<string, unknown>) {
  const { okta, cognito } = around;
  const stack = around.stack();
  const { reason } = await stack.create(properties);
  if (reason !== undefined) throw new Error(reason);
  const id = String(stack.attributes.ApplicationId);
  const path = `/api/v1/apps/${id}`;
  const application = async () => shownApplication.parse(await okta.call('GET', path));
  /** All that a federation consists of, but for when it was last changed. */
  const look = async () =>
    structuredClone({
      application: { ...(await application()), lastUpdated: undefined },
      groups: await okta.groupsOf(id),
      secrets: await okta.secretsOf(id),
      provider: {
        ...cognito.state.providers.get(providerKey(web.userPoolId, 'Okta')),
        LastModifiedDate: undefined,
      },
      appClient: web.settings,
      physicalResourceId: stack.physicalResourceId,
    });
  return { stack, id, path, application, look };
}
