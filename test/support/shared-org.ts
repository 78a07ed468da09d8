import { z } from 'zod';

const state = z.object({
  apps: z.array(
    z.looseObject({
      id: z.string(),
      profile: z.nullish(
        z.looseObject({ okta_cognito_idp: z.nullish(z.object({ userPoolId: z.string() })) }),
      ),
    }),
  ),
});

/**
 * Applications in the local stack's Okta org. Other tests use the org at the same time, so only those are looked at whose
 * name tag names one of the test's own user pools.
 */
export async function applicationsOfPools(userPoolIds: Iterable<string>) {
  const own = new Set(userPoolIds);
  const answer = await fetch(`${process.env.OKTA_ADMIN_URL}/state`);
  const { apps } = state.parse(await answer.json());
  return apps.filter(({ profile }) => own.has(profile?.okta_cognito_idp?.userPoolId ?? ''));
}
