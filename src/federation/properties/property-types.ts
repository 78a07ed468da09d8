import * as z from 'zod/mini';
import {
  asAccess,
  asBoolean,
  asInteger,
  asIssuer,
  asList,
  asScopes,
  asText,
  normalized,
  trimmed,
} from './coercions.ts';
import { sentences } from './sentences.ts';

/** The kinds of value that properties have, each with the rule of AWS or Okta that it keeps. */

/** The most that a list may hold, if neither AWS nor Okta sets a lower limit: a bound for the calls of one event. */
export const longestList = 100;
/** Of all properties, in characters of JSON: the journal keeps them, and DynamoDB takes 400 KB in an item. */
export const longestProperties = 65_536;

type Issue = { readonly input?: unknown };
const text = z.string({ error: ({ input }: Issue) => sentences.notText(input) });

/** For a check of a string: what it was given is one. */
const of = (sentence: (value: string) => string) => ({
  error: ({ input }: Issue) => sentence(typeof input === 'string' ? input : ''),
});
const atMost = (max: number, by: string) =>
  z.maxLength(
    max,
    of((value) => sentences.tooLong(value, max, by)),
  );
const items = (max: number) =>
  z.maxLength(max, {
    error: ({ input }: Issue) => sentences.tooMany(Array.isArray(input) ? input.length : 0, max),
  });

const isLoopback = (url: URL) => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
const isSafe = (url: URL) => url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));

/** A block of YAML ends in a line break, and what people copy has spaces around it. */
const pasted = z.transform(trimmed);

/** https only, loopback aside; no user name or password. */
const uriText = text.check(
  atMost(1024, 'Okta'),
  z.refine(
    (value) => {
      const url = URL.parse(value);
      return url !== null && isSafe(url) && !/\s/.test(value);
    },
    of((value) => sentences.notUrl(value)),
  ),
  z.refine(
    (value) => {
      const url = URL.parse(value);
      return !url || (url.username === '' && url.password === '');
    },
    of(() => sentences.urlCredentials()),
  ),
);

const uri = z.pipe(pasted, uriText);

const issuerWord = /^(OrgUrl|CustomUrl|Dynamic|default|aus[0-9A-Za-z]{17})$/;

/** An issuer of Okta's is an org's URL, or a custom authorization server's below it: https://developer.okta.com/docs/concepts/auth-servers/ */
function issuerUrl(value: string): URL | undefined {
  const url = URL.parse(value);
  return url && isSafe(url) && url.username === '' && url.password === '' ? url : undefined;
}

export const texts = {
  uri,
  serviceToken: text,
  /** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
  providerName: z.pipe(
    pasted,
    text.check(
      z.regex(
        /^.{3,32}$/su,
        of((value) => sentences.providerNameLength(value)),
      ),
      z.regex(
        /^[\p{L}\p{M}\p{S}\p{N}\p{P}]*$/u,
        of((value) => sentences.providerNameCharacter(value)),
      ),
      z.refine(
        (name) => !/[_|]/.test(name),
        of((value) => sentences.providerNameCharacter(value)),
      ),
      z.refine(
        (name) => !/^(COGNITO|Facebook|Google|LoginWithAmazon|SignInWithApple)$/.test(name),
        of((value) => sentences.providerNameReserved(value)),
      ),
    ),
  ),
  /** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html */
  userPoolId: z.pipe(
    pasted,
    z.string({ error: ({ input }: Issue) => sentences.userPoolId(input) }).check(
      z.regex(
        /^(?=.{1,55}$)[\w-]+_[0-9a-zA-Z]+$/,
        of((value) => sentences.userPoolId(value)),
      ),
    ),
  ),
  userPoolClientId: z.string({ error: ({ input }: Issue) => sentences.clientId(input) }).check(
    z.regex(
      /^[\w+]{1,128}$/,
      of((value) => sentences.clientId(value)),
    ),
  ),
  /** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html */
  userPoolDomain: z.pipe(
    pasted,
    text.check(
      atMost(253, 'DNS'),
      z.regex(
        /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i,
        of((value) => sentences.domain(value)),
      ),
    ),
  ),
  label: z.pipe(pasted, text.check(atMost(100, 'Okta'))),
  authenticationPolicy: z.pipe(
    z.transform((value) => normalized(trimmed(value))),
    text.check(atMost(255, 'Okta')),
  ),
  issuer: z.pipe(
    z.transform(asIssuer),
    z.string({ error: ({ input }: Issue) => sentences.issuer(input) }).check(
      z.refine(
        (value) => issuerWord.test(value) || issuerUrl(value) !== undefined,
        of((value) => sentences.issuer(value)),
      ),
      z.refine(
        (value) => !/-admin\.okta[a-z-]*\.(?:com|mil)$/i.test(issuerUrl(value)?.hostname ?? ''),
        of((value) => sentences.issuerAdmin(value)),
      ),
      z.refine(
        (value) => {
          const url = issuerUrl(value);
          return (
            !url || (/^\/(oauth2\/[0-9A-Za-z]+)?$/.test(url.pathname) && url.search === '' && url.hash === '')
          );
        },
        of((value) => sentences.issuerPath(value)),
      ),
    ),
  ),
  notes: text.check(atMost(1000, 'Okta')),
  secretId: z.pipe(
    pasted,
    text.check(
      z.regex(
        /^[\w/+=.@:!-]{1,2048}$/,
        of((value) => sentences.secretId(value)),
      ),
    ),
  ),
  roleArn: z.pipe(
    pasted,
    text.check(
      z.regex(
        /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/,
        of((value) => sentences.roleArn(value)),
      ),
    ),
  ),
  secretVersion: z.pipe(z.transform(asText), text.check(atMost(100, 'this resource'))),
  applicationId: z.pipe(
    pasted,
    text.check(
      z.regex(
        /^0oa[0-9A-Za-z]{17}$/,
        of((value) => sentences.applicationId(value)),
      ),
    ),
  ),
};

export const accessWords = ['Everyone', 'Nobody', 'FederationBrokerMode'] as const;
const groupName = z.string({ error: ({ input }: Issue) => sentences.access(input) }).check(
  z.minLength(
    1,
    of(() => sentences.accessEmpty()),
  ),
  atMost(255, 'Okta'),
);

export const lists = {
  userPoolClientIds: z.pipe(
    z.transform(asList(/[,\n]/)),
    z
      .array(texts.userPoolClientId, { error: ({ input }: Issue) => sentences.clientList(input) })
      .check(items(longestList)),
  ),
  uris: z.pipe(
    // A URL may contain a comma, but no space.
    z.transform(asList()),
    z.array(uri, { error: ({ input }: Issue) => sentences.urls(input) }).check(items(longestList)),
  ),
  /** RFC 6749, section 3.3. */
  scopes: z.pipe(
    z.transform(asScopes),
    z
      .array(
        z.string({ error: ({ input }: Issue) => sentences.scopes(input) }).check(
          z.regex(
            /^[\x21\x23-\x5B\x5D-\x7E]+$/,
            of((value) => sentences.scopeCharacter(value)),
          ),
        ),
        { error: ({ input }: Issue) => sentences.scopes(input) },
      )
      .check(
        items(longestList),
        z.refine((scopes) => scopes.includes('openid'), {
          error: ({ input }: Issue) => sentences.noOpenid(Array.isArray(input) ? input.map(String) : []),
        }),
      ),
  ),
  /** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
  idpIdentifiers: z.pipe(
    z.transform(asList(/[,\n]/)),
    z
      .array(
        text.check(
          z.regex(
            /^[\w\s+=.@-]{1,40}$/,
            of((value) => sentences.identifier(value)),
          ),
        ),
        {
          error: ({ input }: Issue) => sentences.identifiers(input),
        },
      )
      .check(items(50)),
  ),
  access: z.pipe(
    z.transform(asAccess(accessWords)),
    z
      .union(
        [
          z.literal(accessWords),
          z.array(groupName).check(z.minLength(1, { error: () => sentences.accessEmpty() })),
        ],
        { error: ({ input }: Issue) => sentences.access(input) },
      )
      .check(
        z.refine((access) => typeof access === 'string' || access.length <= longestList, {
          error: ({ input }: Issue) =>
            sentences.tooMany(Array.isArray(input) ? input.length : 0, longestList),
        }),
      ),
  ),
};

/** @param unit of the number, for the error. */
export function integer(min: number, max: number, unit: string) {
  const error = ({ input }: Issue) => sentences.notInteger(min, max, unit, input);
  return z.pipe(
    z.transform(asInteger),
    z.number({ error }).check(z.int({ error }), z.minimum(min, { error }), z.maximum(max, { error })),
  );
}

/** How much of the sign-in path is probed. */
export type Verify = 'Full' | 'OktaOnly' | 'None';

const asVerify = (value: unknown) => {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  // What was parsed can be parsed again.
  return word === 'oktaonly'
    ? 'OktaOnly'
    : word === 'full'
      ? true
      : word === 'none'
        ? false
        : asBoolean(value);
};

export const verify = z.pipe(
  z.transform(asVerify),
  z.pipe(
    z.union([z.boolean(), z.literal('OktaOnly')], {
      error: ({ input }: Issue) => sentences.notOneOf('true, false or OktaOnly', input),
    }),
    z.transform((value): Verify => (value === 'OktaOnly' ? value : value ? 'Full' : 'None')),
  ),
);

export const active = z.pipe(
  z.transform(asBoolean),
  z.literal(true, { error: ({ input }: Issue) => sentences.notActive(input) }),
);
