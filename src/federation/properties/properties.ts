import { closest } from 'fastest-levenshtein';
import * as z from 'zod/mini';
import { lists, texts, trueOrFalse } from './property-types.ts';

const notAccess = 'must be Everyone, Nobody, or a list of Okta group names or IDs';

const adoption = z.strictObject(
  {
    ApplicationId: texts.applicationId.check(z.describe('The hand-made Okta application.')),
    OnDelete: z
      ._default(z.literal(['Retain', 'Delete'], { error: 'must be Retain or Delete' }), 'Retain')
      .check(
        z.describe(
          'Whether the application and the provider stay as they were found when the resource goes.',
        ),
      ),
  },
  { error: 'must be an object with ApplicationId' },
);

/**
 * The contract: every property of `Custom::OktaCognitoIdp`. The types, the validation, the reference in the docs and the
 * published JSON Schema all come from this. CloudFormation sends each primitive as a string; it is coerced here.
 */
export const propertiesSchema = z.strictObject({
  ServiceToken: z
    .optional(z.string())
    .check(z.describe('The provider: `!ImportValue okta-cognito-idp-ServiceToken`.')),
  ServiceTimeout: z
    .optional(
      z.coerce
        .number({ error: 'must be a number of seconds from 1 to 3600' })
        .check(
          z.int({ error: 'must be a whole number of seconds' }),
          z.minimum(1, { error: 'must be at least 1 second' }),
          z.maximum(3600, { error: 'must be at most 3600 seconds' }),
        ),
    )
    .check(z.describe('Seconds that CloudFormation waits for an answer; the provider gives one before.')),
  UserPoolId: texts.userPoolId.check(
    z.describe(
      "The user pool. Its region is read from the ID and may differ from the stack's. A change replaces the resource.",
    ),
  ),
  UserPoolClientIds: z
    ._default(
      z.array(texts.userPoolClientId, {
        error: 'must be a list of app client IDs, such as [!Ref AppClient]',
      }),
      [],
    )
    .check(
      z.describe('App clients to enable the provider on; only what this list adds is ever taken away again.'),
    ),
  ProviderName: z
    ._default(texts.providerName, 'Okta')
    .check(z.describe('The name of the identity provider in the pool. A change replaces the resource.')),
  ApplicationLabel: z.optional(texts.label).check(z.describe("The application's name in Okta.")),
  Access: z
    .optional(
      z.union(
        [
          z.literal(['Everyone', 'Nobody']),
          z.array(texts.groupNameOrId).check(z.minLength(1, { error: notAccess })),
        ],
        { error: notAccess },
      ),
    )
    .check(z.describe('Who may sign in: `Everyone`, `Nobody`, or a list of Okta group names or IDs.')),
  Issuer: z
    .optional(texts.issuer)
    .check(z.describe('`OrgUrl`, `CustomUrl`, `Dynamic`, or the ID of an Okta custom authorization server.')),
  Scopes: z
    .optional(lists.scopes)
    .check(z.describe('The scopes that Cognito asks of Okta; must hold `openid`.')),
  AttributeMapping: z
    .optional(
      z.record(z.string().check(z.minLength(1)), texts.claim, {
        error: 'must map pool attributes to claims, such as email: email',
      }),
    )
    .check(z.describe('Pool attribute ← Okta claim.')),
  AttributesRequestMethod: z
    .optional(z.literal(['GET', 'POST'], { error: 'must be GET or POST' }))
    .check(z.describe("How Cognito asks Okta's userinfo endpoint.")),
  IdpIdentifiers: z
    .optional(lists.idpIdentifiers)
    .check(
      z.describe('E.g. e-mail domains, so that the Hosted UI picks this provider from what the user types.'),
    ),
  PostLogoutRedirectUris: z
    .optional(lists.uris)
    .check(z.describe('Where Okta may send the browser after a sign-out.')),
  InitiateLoginUri: z
    .optional(texts.uri)
    .check(
      z.describe(
        "Where the application's tile on the Okta dashboard leads: the app's page that starts a sign-in.",
      ),
    ),
  LogoUri: z.optional(texts.uri).check(z.describe('The logo that Okta shows for the application.')),
  Notes: z.optional(texts.notes).check(z.describe('A note for the administrators of the Okta org.')),
  OktaSecretId: z
    .optional(texts.secretId)
    .check(z.describe("The secret of another Okta org; only secrets that the provider's role may read.")),
  RoleArn: z
    .optional(texts.roleArn)
    .check(
      z.describe(
        'A role to assume for a pool in another account; its external ID is `<stack name>/<logical ID>`.',
      ),
    ),
  SecretVersion: z
    .optional(texts.secretVersion)
    .check(z.describe('Any new value rotates the client secret with no downtime.')),
  Adopt: z
    .optional(adoption)
    .check(
      z.describe("Take over a hand-made Okta application and, with it, the pool's provider of that name."),
    ),
  Verify: z
    ._default(trueOrFalse, true)
    .check(
      z.describe(
        '`false` skips the sign-in probe, for an Okta org that the function cannot reach at deploy time.',
      ),
    ),
});

/** What the template asks for, checked. What it leaves open is settled when it is known what is there. */
export type Properties = z.output<typeof propertiesSchema>;

/** What is wrong with the template or with what it names. The message is for the person who deploys. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

/**
 * @param input `ResourceProperties` as CloudFormation sends them, untrusted.
 * @throws InvalidRequestError that names each wrong property and what to change.
 */
export function parseProperties(input: Readonly<Record<string, unknown>>): Properties {
  const parsed = propertiesSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.slice(0, 5).map((issue) => sentence(issue, input));
  throw new InvalidRequestError([...new Set(sentences)].join(' '));
}

/** Properties of an earlier event; those that are not valid never made anything. */
export function parseIfValid(input: Readonly<Record<string, unknown>>): Properties | undefined {
  try {
    return parseProperties(input);
  } catch {
    return undefined;
  }
}

function sentence(issue: z.core.$ZodIssue, input: Readonly<Record<string, unknown>>): string {
  const [property = 'ResourceProperties', part] = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, 5)
      .map((key) => unknownProperty(key, issue.path.length > 0 ? `${property}.` : ''))
      .join(' ');
  }
  if (!Object.hasOwn(input, property)) return `${property} is missing: it ${issue.message}.`;
  const named = property === 'Adopt' && part ? `${property}.${part}` : property;
  // Zod's own words, for what has no message here, read badly in a sentence.
  return `${named} ${issue.message.startsWith('must ') ? issue.message : 'is not valid'}.`;
}

function unknownProperty(key: string, of: string): string {
  const known = of === 'Adopt.' ? ['ApplicationId', 'OnDelete'] : Object.keys(propertiesSchema.shape);
  const shown = key.length > 64 ? `${key.slice(0, 64)}…` : key;
  return `There is no property ${of}${shown}: did you mean ${of}${closest(key.slice(0, 64), known)}?`;
}
