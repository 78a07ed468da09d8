import * as z from 'zod/mini';

/** The operator's policy, as JSON: which stacks may do what. Closed: a field that is not named here is an error. */

const atMost = 100;

const pattern = z
  .string({ error: 'must be a string' })
  .check(
    z.minLength(1, { error: 'must not be empty' }),
    z.maxLength(2048, { error: 'must have at most 2048 characters' }),
  );

function listOf<Item extends z.core.$ZodType>(item: Item, of: string, example = '…') {
  return z
    .array(item, { error: `must be a list of ${of}, such as ["${example}"]` })
    .check(
      z.minLength(1, { error: 'must have at least one entry' }),
      z.maxLength(atMost, { error: `must have at most ${atMost} entries` }),
    );
}

/** A star is for whole labels at the start only: `*example.com` would cover `evil-example.com`. */
const hostPattern = pattern.check(
  z.regex(/^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/, {
    error:
      'must be a host in lower case, such as app.example.com, *.example.com or * for all, without scheme, port and path',
  }),
);

const stackPattern = pattern.check(
  z.regex(/^[A-Za-z0-9*-]+$/, {
    error: 'must have letters, digits, hyphens and * only, such as red-*, as stack names do',
  }),
);

const accountPattern = pattern.check(
  z.regex(/^(?=.{1,12}$)(?:\d{12}|\d*\*\d*)$/, {
    error: 'must be the 12 digits of an AWS account as a string, such as "123456789012", or "*"',
  }),
);

const patterns = (of: string, example: string) => z.optional(listOf(pattern, of, example));

const hosts = z.optional(listOf(hostPattern, 'hosts', '*.example.com'));

const poolTag = z.strictObject(
  { tag: pattern, value: pattern },
  { error: 'must be a pattern for pool IDs, or an object with tag and value' },
);

const pairs = (from: string, to: string) =>
  z.optional(
    z
      .record(pattern, listOf(pattern, `patterns for ${to}`, '*'), {
        error: `must be an object from patterns for ${from} to lists of patterns for ${to}`,
      })
      .check(
        z.refine((value) => Object.keys(value).length <= atMost, {
          error: `must have at most ${atMost} entries`,
        }),
      ),
  );

const said = {
  pools: z
    .optional(
      listOf(
        z.union([pattern, poolTag], {
          error: 'must be a pattern for pool IDs, or an object with tag and value',
        }),
        'patterns for pool IDs, or of objects with tag and value',
        'us-east-1_Example',
      ),
    )
    .check(z.describe('User pools, by ID or by a tag of the pool (`{"tag": "team", "value": "red"}`).')),
  access: patterns('group names or IDs', 'red-*').check(
    z.describe(
      'Who may be let in: patterns for names or IDs of Okta groups. `Everyone` and `FederationBrokerMode` must be spelled out: no pattern allows them.',
    ),
  ),
  oktaSecrets: patterns('secrets', 'red/*').check(
    z.describe("`OktaSecretId`, as the template writes it. `Default` is the provider stack's own secret."),
  ),
  labels: patterns('labels', 'Red *').check(z.describe('`ApplicationLabel`.')),
  tileHosts: hosts.check(z.describe('The host of `InitiateLoginUri`.')),
  logoHosts: hosts.check(z.describe('The host of `LogoUri`.')),
  postLogoutHosts: hosts.check(z.describe('The hosts of `PostLogoutRedirectUris`.')),
  issuers: patterns('issuers', 'OrgUrl').check(
    z.describe('`Issuer`, as the template writes it, or the URL that it stands for.'),
  ),
  attributes: pairs('pool attributes', 'claims').check(
    z.describe('`AttributeMapping`: for each pool attribute, the claims that it may come from.'),
  ),
  claims: pairs('claim names', 'Okta expressions').check(
    z.describe('`Claims`: for each claim, the Okta expressions that it may have.'),
  ),
  identifiers: patterns('identifiers', 'example.com').check(z.describe('`IdpIdentifiers`.')),
  authenticationPolicies: patterns('names or IDs of authentication policies', 'Two factors').check(
    z.describe('`AuthenticationPolicy`, by name or ID.'),
  ),
  adoption: patterns('application IDs', '0oa*').check(z.describe('`Adopt.ApplicationId`.')),
  deleteAdopted: z
    .optional(z.boolean({ error: 'must be true or false' }))
    .check(z.describe('`Adopt.OnDelete: Delete`.')),
  roles: patterns('role ARNs', 'arn:aws:iam::123456789012:role/*').check(z.describe('`RoleArn`.')),
};

export const allowSchema = z.strictObject(said, { error: 'must be an object, or "Everything"' });
export const denySchema = z.strictObject(said, { error: 'must be an object' });

export const ruleSchema = z.strictObject(
  {
    name: z
      .optional(
        z.string({ error: 'must be a string' }).check(
          z.regex(/^[\p{L}\p{N}][\p{L}\p{N} ._/-]{0,63}$/u, {
            error: 'must have 1 to 64 letters, digits, spaces, dots, slashes, hyphens or underscores',
          }),
        ),
      )
      .check(z.describe('How a refusal calls this rule.')),
    stacks: listOf(stackPattern, 'patterns for stack names', 'red-*').check(
      z.describe('The stacks that this rule covers, by name.'),
    ),
    accounts: listOf(accountPattern, 'accounts', '123456789012').check(
      z.describe('The accounts of those stacks: 12 digits, or `*`.'),
    ),
    allow: z
      .union([z.literal('Everything'), allowSchema], { error: 'must be an object, or "Everything"' })
      .check(z.describe('What those stacks may do; `Everything` for all that `deny` does not name.')),
    deny: z.optional(denySchema).check(z.describe('What those stacks may not do, even if `allow` names it.')),
  },
  { error: 'must be an object with stacks, accounts and allow' },
);

export const documentSchema = z.strictObject(
  {
    $schema: z.optional(z.string({ error: 'must be a string' })).check(z.describe('For editors.')),
    rules: z
      .array(ruleSchema, { error: 'must be a list of rules' })
      .check(
        z.minLength(1, { error: 'must have at least one rule' }),
        z.describe('The first rule that covers a stack decides; a stack that no rule covers is refused.'),
      ),
  },
  { error: 'must be an object with rules, such as {"rules": […]}' },
);

/** What a rule allows or denies, by field. */
export type Said = z.output<typeof denySchema>;
