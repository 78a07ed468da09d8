import * as z from 'zod/mini';
import { lazily, neededByAll } from '../lazily.ts';

/** Objects are loose: a field that is not named here is kept as it came. */
export const oauthClientSettings = lazily(() =>
  z.looseObject({
    redirect_uris: z.optional(z.array(z.string())),
    post_logout_redirect_uris: z.optional(z.array(z.string())),
    grant_types: z.optional(z.array(z.string())),
    response_types: z.optional(z.array(z.string())),
    application_type: z.optional(z.string()),
    issuer_mode: z.optional(z.string()),
    consent_method: z.nullish(z.string()),
    initiate_login_uri: z.nullish(z.string()),
    logo_uri: z.nullish(z.string()),
  }),
);

export const applicationSchema = neededByAll(() =>
  z.looseObject({
    id: z.string(),
    name: z.string(),
    label: z.string(),
    status: z.string(),
    // Null for a directory: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/
    signOnMode: z.nullish(z.string()),
    profile: z.nullish(z.record(z.string(), z.unknown())),
    credentials: z.nullish(
      z.looseObject({
        oauthClient: z.optional(
          z.looseObject({ client_id: z.optional(z.string()), pkce_required: z.optional(z.boolean()) }),
        ),
      }),
    ),
    _links: z.optional(z.looseObject({ accessPolicy: z.optional(z.looseObject({ href: z.string() })) })),
    settings: z.nullish(
      z.looseObject({
        oauthClient: z.optional(oauthClientSettings()),
        notes: z.nullish(z.looseObject({ admin: z.nullish(z.string()) })),
      }),
    ),
  }),
);

/**
 * An application in Okta, of any kind, whole as Okta gave it, except its client secret, which it never contains.
 * `profile` is free for the application's administrators.
 */
export type Application = z.infer<ReturnType<typeof applicationSchema>>;
