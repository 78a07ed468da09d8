import { closest } from 'fastest-levenshtein';
import * as z from 'zod';

/**
 * The contract: every property of `Custom::OktaCognitoIdp`. CloudFormation sends each primitive as a string, so what is
 * no string in a template is coerced here.
 */

const words = (value: unknown) => (typeof value === 'string' ? value.split(/\s+/).filter(Boolean) : value);

const notScopes = 'must be scopes with spaces between them, such as openid email profile';

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
const providerName = z
  .string({ error: 'must be a string' })
  .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{3,32}$/u, {
    error: 'must have 3 to 32 letters, digits or signs, and no space or underscore',
  })
  .refine((name) => !name.includes('_') && !name.includes('|'), {
    error:
      'must not hold an underscore or a vertical bar: Cognito takes neither in the name of an OIDC provider',
  })
  .refine((name) => !/^(COGNITO|Facebook|Google|LoginWithAmazon|SignInWithApple)$/.test(name), {
    error: 'must not be one of the names that Cognito keeps for its own providers',
  });

const userPoolId = z
  .string({ error: 'must be the ID of a user pool: !Ref the pool' })
  .regex(/^(?=.{1,55}$)[\w-]+_[0-9a-zA-Z]+$/, {
    error: 'must be the ID of a user pool, such as us-east-1_Example: !Ref the pool',
  });

export const propertiesSchema = z.strictObject({
  // Read by the protocol (availableTime) and by CloudFormation; here so that they are not unknown.
  ServiceToken: z.unknown().optional(),
  ServiceTimeout: z.coerce
    .number({ error: 'must be a number of seconds from 1 to 3600' })
    .int({ error: 'must be a whole number of seconds' })
    .min(1, { error: 'must be at least 1 second' })
    .max(3600, { error: 'must be at most 3600 seconds' })
    .optional(),
  UserPoolId: userPoolId.describe('The user pool. A change replaces the resource.'),
  UserPoolClientIds: z
    .array(
      z
        .string({ error: 'must hold strings' })
        .regex(/^[\w+]{1,128}$/, { error: 'must hold IDs of app clients: !Ref each client' }),
      {
        error: 'must be a list of app client IDs',
      },
    )
    .default([])
    .describe('App clients to enable the provider on; only what this list adds is ever taken away again.'),
  ProviderName: providerName
    .default('Okta')
    .describe('The name of the identity provider in the pool. A change replaces the resource.'),
  ApplicationLabel: z
    .string({ error: 'must be a string' })
    .trim()
    .min(1, { error: 'must not be empty' })
    .max(100, { error: 'must have at most 100 characters, which is all that Okta takes' })
    .optional()
    .describe("The application's name in Okta."),
  Access: z
    .union([z.literal(['Everyone', 'Nobody']), z.array(z.string().trim().min(1)).min(1)], {
      error: 'must be Everyone, Nobody, or a list of Okta group names or IDs',
    })
    .default('Everyone')
    .describe('Who may sign in: Everyone, Nobody, or a list of Okta group names or IDs.'),
  Scopes: z
    .preprocess(
      words,
      z
        .array(z.string({ error: notScopes }).regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, { error: notScopes }), {
          error: notScopes,
        })
        .refine((scopes) => scopes.includes('openid'), { error: 'must hold openid' }),
    )
    .default(['openid', 'email', 'profile'])
    .describe('The scopes that Cognito asks of Okta; must hold openid.'),
  AttributeMapping: z
    .record(
      z.string().min(1),
      z
        .string({ error: 'must map each pool attribute to the name of a claim' })
        .min(1, { error: 'must not map an attribute to nothing' }),
      {
        error: 'must map pool attributes to claims, such as email: email',
      },
    )
    .default({ email: 'email', family_name: 'family_name', given_name: 'given_name' })
    .describe('Pool attribute ← Okta claim.'),
  AttributesRequestMethod: z
    .literal(['GET', 'POST'], { error: 'must be GET or POST' })
    .default('GET')
    .describe("How Cognito asks Okta's userinfo endpoint."),
});

/** What the template asks for, checked, with every default in place. */
export type Properties = z.output<typeof propertiesSchema>;

/** What is wrong with the template or with what it names. The message is for the person who deploys. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

/**
 * @param input `ResourceProperties` as CloudFormation sends them, untrusted.
 * @returns the properties, with defaults.
 * @throws InvalidRequestError that names each wrong property and what to change.
 */
export function parseProperties(input: Readonly<Record<string, unknown>>): Properties {
  const parsed = propertiesSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(
    parsed.error.issues
      .slice(0, 5)
      .map((issue) => sentence(issue, input))
      .join(' '),
  );
}

/** The label of the Okta application, where the template gives none. */
export function defaultLabel(stackName: string, logicalResourceId: string): string {
  return `${stackName} ${logicalResourceId}`.slice(0, 100);
}

function sentence(issue: z.core.$ZodIssue, input: Readonly<Record<string, unknown>>): string {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, 5)
      .map((key) => unknownProperty(key))
      .join(' ');
  }
  const property = String(issue.path[0] ?? 'ResourceProperties');
  if (input[property] === undefined) return `${property} is missing: it ${issue.message}.`;
  // Zod's own words for what has no message here ("Invalid input: expected …") read badly in a sentence.
  const what = issue.message.startsWith('must ') ? issue.message : `is not valid (${issue.message})`;
  return `${property} ${what}.`;
}

function unknownProperty(key: string): string {
  const known = Object.keys(propertiesSchema.shape);
  const shown = key.length > 64 ? `${key.slice(0, 64)}…` : key;
  return `There is no property ${shown}: did you mean ${closest(key.slice(0, 64), known)}?`;
}
