import * as z from 'zod/mini';

/** The kinds of value that properties have, each with the rule of AWS or Okta that it keeps. */

const words = (value: unknown) => (typeof value === 'string' ? value.split(/\s+/).filter(Boolean) : value);
const text = z.string({ error: 'must be a string' });
const notProviderName =
  'must have 3 to 32 letters, digits or signs, and no space, underscore or vertical bar';
const notScopes = 'must be scopes with spaces between them, such as openid email profile';

/** https only, loopback aside; no user name or password. */
const uri = text.check(
  z.maxLength(1024, { error: 'must have at most 1024 characters' }),
  z.refine(
    (value) => {
      const url = URL.parse(value);
      if (url?.username !== '' || url.password !== '') return false;
      return url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === 'localhost');
    },
    { error: 'must be an https URL without user name and password' },
  ),
);

export const texts = {
  uri,
  /** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
  providerName: text.check(
    z.regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{3,32}$/u, { error: notProviderName }),
    z.refine((name) => !/[_|]/.test(name), { error: notProviderName }),
    z.refine((name) => !/^(COGNITO|Facebook|Google|LoginWithAmazon|SignInWithApple)$/.test(name), {
      error: 'must not be one of the names that Cognito keeps for its own providers',
    }),
  ),
  /** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html */
  userPoolId: z.string({ error: 'must be the ID of a user pool: !Ref the pool' }).check(
    z.regex(/^(?=.{1,55}$)[\w-]+_[0-9a-zA-Z]+$/, {
      error: 'must be the ID of a user pool, such as us-east-1_Example: !Ref the pool',
    }),
  ),
  userPoolClientId: text.check(
    z.regex(/^[\w+]{1,128}$/, { error: 'must hold IDs of app clients: !Ref each client' }),
  ),
  label: text.check(
    z.trim(),
    z.minLength(1, { error: 'must not be empty' }),
    z.maxLength(100, { error: 'must have at most 100 characters, which is all that Okta takes' }),
  ),
  groupNameOrId: z
    .string({ error: 'must hold group names or IDs' })
    .check(
      z.trim(),
      z.minLength(1, { error: 'must not hold an empty name' }),
      z.maxLength(255, { error: 'must hold names of at most 255 characters' }),
    ),
  issuer: text.check(
    z.regex(/^(OrgUrl|CustomUrl|Dynamic|default|aus[0-9A-Za-z]{17})$/, {
      error:
        'must be OrgUrl, CustomUrl, Dynamic, or the ID of an Okta custom authorization server (default or aus…)',
    }),
  ),
  claim: z
    .string({ error: 'must map each pool attribute to the name of a claim' })
    .check(
      z.minLength(1, { error: 'must not map an attribute to nothing' }),
      z.maxLength(255, { error: 'must name claims of at most 255 characters' }),
    ),
  notes: text.check(z.maxLength(1000, { error: 'must have at most 1000 characters' })),
  secretId: text.check(
    z.regex(/^[\w/+=.@:!-]{1,2048}$/, { error: 'must be the ARN or the name of a Secrets Manager secret' }),
  ),
  roleArn: text.check(
    z.regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, { error: 'must be the ARN of an IAM role' }),
  ),
  secretVersion: text.check(
    z.minLength(1, { error: 'must not be empty' }),
    z.maxLength(100, { error: 'must have at most 100 characters' }),
  ),
  applicationId: text.check(
    z.regex(/^0oa[0-9A-Za-z]{17}$/, {
      error: 'must be the ID of an Okta application: 0oa… in the address of its page in the Okta console',
    }),
  ),
};

export const lists = {
  uris: z.array(uri, { error: 'must be a list of https URLs' }),
  /** RFC 6749, section 3.3. */
  scopes: z.pipe(
    z.transform(words),
    z
      .array(
        z.string({ error: notScopes }).check(z.regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, { error: notScopes })),
        { error: notScopes },
      )
      .check(z.refine((scopes) => scopes.includes('openid'), { error: 'must hold openid' })),
  ),
  /** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
  idpIdentifiers: z
    .array(
      z.string({ error: 'must hold strings' }).check(
        z.regex(/^[\w\s+=.@-]{1,40}$/, {
          error: 'must hold identifiers of 1 to 40 characters, such as example.com',
        }),
      ),
      { error: 'must be a list of identifiers, such as e-mail domains' },
    )
    .check(z.maxLength(50, { error: 'must hold at most 50 identifiers' })),
};

export const trueOrFalse = z.pipe(
  z.union([z.boolean(), z.literal(['true', 'false'])], { error: 'must be true or false' }),
  z.transform((value) => value === true || value === 'true'),
);
