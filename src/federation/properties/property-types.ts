import * as z from 'zod/mini';
import { lazily } from '../../lazily.ts';
import { isLoopback } from '../../loopback.ts';
import {
  asAccess,
  asBoolean,
  asInteger,
  asIssuer,
  asList,
  asText,
  normalized,
  trimmed,
} from './coercions.ts';
import { sentences } from './sentences.ts';

/** The kinds of value that properties have, each with the rule of AWS or Okta that it keeps. */

/** The most that a list may hold, if neither AWS nor Okta sets a lower limit: a bound for the calls of one event. */
export const longestList = 100;
/** The most that all properties may have, in bytes of JSON: the journal keeps them, and DynamoDB takes 400 KB in an item. */
export const longestProperties = 65_536;

/** What the identity provider is called if the template does not say. */
export const defaultProviderName = 'Okta';

/** How much a value takes as JSON, in bytes of UTF-8. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Says what is wrong with a value. */
export const wrong = (sentence: (value: unknown) => string) => ({
  error: ({ input }: { readonly input?: unknown }) => sentence(input),
});
/** For a check of a string: what it was given is one. */
const wrongText = (sentence: (value: string) => string) =>
  wrong((value) => sentence(typeof value === 'string' ? value : ''));

const text = lazily(() => z.string(wrong(sentences.notText)));

const atMost = (max: number, by: string) =>
  z.maxLength(
    max,
    wrongText((value) => sentences.tooLong(value, max, by)),
  );
const tooMany = (max: number) =>
  wrong((value) => sentences.tooMany(Array.isArray(value) ? value.length : 0, max));
const items = (max: number) => z.maxLength(max, tooMany(max));

const isSafe = (url: URL) =>
  url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));

/** A block of YAML ends in a line break, and what people copy has spaces around it. */
const pasted = lazily(() => z.transform(trimmed));

/** https only, loopback aside; no user name or password. */
const uriText = lazily(() =>
  text().check(
    atMost(1024, 'Okta'),
    z.refine((value) => {
      const url = URL.parse(value);
      return url !== null && isSafe(url) && !/\s/.test(value);
    }, wrongText(sentences.notUrl)),
    z.refine((value) => {
      const url = URL.parse(value);
      return !url || (url.username === '' && url.password === '');
    }, wrongText(sentences.urlCredentials)),
  ),
);

const uri = lazily(() => z.pipe(pasted(), uriText()));

const issuerWord = /^(OrgUrl|CustomUrl|Dynamic|default|aus[0-9A-Za-z]{17})$/;

/** An issuer of Okta's is an org's URL, or a custom authorization server's below it: https://developer.okta.com/docs/concepts/auth-servers/ */
function issuerUrl(value: string): URL | undefined {
  const url = URL.parse(value);
  return url && isSafe(url) && url.username === '' && url.password === '' ? url : undefined;
}

export const texts = lazily(() => ({
  uri: uri(),
  serviceToken: text(),
  /** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
  providerName: z.pipe(
    pasted(),
    text().check(
      z.regex(/^.{3,32}$/su, wrongText(sentences.providerNameLength)),
      z.regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]*$/u, wrongText(sentences.providerNameCharacter)),
      z.refine((name) => !/[_|]/.test(name), wrongText(sentences.providerNameCharacter)),
      z.refine(
        (name) => !/^(COGNITO|Facebook|Google|LoginWithAmazon|SignInWithApple)$/.test(name),
        wrongText(sentences.providerNameReserved),
      ),
    ),
  ),
  /** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html */
  userPoolId: z.pipe(
    pasted(),
    z
      .string(wrong(sentences.userPoolId))
      .check(z.regex(/^(?=.{1,55}$)[\w-]+_[0-9a-zA-Z]+$/, wrongText(sentences.userPoolId))),
  ),
  userPoolClientId: z
    .string(wrong(sentences.clientId))
    .check(z.regex(/^[\w+]{1,128}$/, wrongText(sentences.clientId))),
  /** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html */
  userPoolDomain: z.pipe(
    pasted(),
    text().check(
      atMost(253, 'DNS'),
      z.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, wrongText(sentences.domain)),
    ),
  ),
  label: z.pipe(pasted(), text().check(atMost(100, 'Okta'))),
  authenticationPolicy: z.pipe(
    z.transform((value) => normalized(trimmed(value))),
    text().check(atMost(255, 'Okta')),
  ),
  issuer: z.pipe(
    z.transform(asIssuer),
    z.string(wrong(sentences.issuer)).check(
      z.refine(
        (value) => issuerWord.test(value) || issuerUrl(value) !== undefined,
        wrongText(sentences.issuer),
      ),
      z.refine(
        (value) => !/-admin\.okta[a-z-]*\.(?:com|mil)$/i.test(issuerUrl(value)?.hostname ?? ''),
        wrongText(sentences.issuerAdmin),
      ),
      z.refine((value) => {
        const url = issuerUrl(value);
        return (
          !url || (/^\/(oauth2\/[0-9A-Za-z]+)?$/.test(url.pathname) && url.search === '' && url.hash === '')
        );
      }, wrongText(sentences.issuerPath)),
    ),
  ),
  notes: z.pipe(pasted(), text().check(atMost(1000, 'Okta'))),
  secretId: z.pipe(pasted(), text().check(z.regex(/^[\w/+=.@:!-]{1,2048}$/, wrongText(sentences.secretId)))),
  roleArn: z.pipe(
    pasted(),
    text().check(z.regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, wrongText(sentences.roleArn))),
  ),
  secretVersion: z.pipe(z.transform(asText), text().check(atMost(100, 'this resource'))),
  applicationId: z.pipe(
    pasted(),
    text().check(z.regex(/^0oa[0-9A-Za-z]{17}$/, wrongText(sentences.applicationId))),
  ),
}));

export const accessWords = ['Everyone', 'Nobody', 'FederationBrokerMode'] as const;
const groupName = lazily(() =>
  z
    .string(wrong(sentences.access))
    .check(z.minLength(1, wrongText(sentences.accessEmpty)), atMost(255, 'Okta')),
);

export const lists = lazily(() => ({
  userPoolClientIds: z.pipe(
    z.transform(asList(/[,\n]/)),
    z.array(texts().userPoolClientId, wrong(sentences.clientList)).check(items(longestList)),
  ),
  uris: z.pipe(
    // A URL may contain a comma, but no space.
    z.transform(asList()),
    z.array(uri(), wrong(sentences.urls)).check(items(longestList)),
  ),
  /** RFC 6749, section 3.3. */
  scopes: z.pipe(
    z.transform(asList(/[\s,]+/)),
    z
      .array(
        z
          .string(wrong(sentences.scopes))
          .check(z.regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, wrongText(sentences.scopeCharacter))),
        wrong(sentences.scopes),
      )
      .check(
        items(longestList),
        z.refine(
          (scopes) => scopes.includes('openid'),
          wrong((scopes) => sentences.noOpenid(Array.isArray(scopes) ? scopes.map(String) : [])),
        ),
      ),
  ),
  /** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
  idpIdentifiers: z.pipe(
    z.transform(asList(/[,\n]/)),
    z
      .array(
        text().check(z.regex(/^[\w\s+=.@-]{1,40}$/, wrongText(sentences.identifier))),
        wrong(sentences.identifiers),
      )
      .check(items(50)),
  ),
  access: z.pipe(
    z.transform(asAccess(accessWords)),
    z
      .union(
        [z.literal(accessWords), z.array(groupName()).check(z.minLength(1, wrong(sentences.accessEmpty)))],
        wrong(sentences.access),
      )
      .check(
        z.refine(
          (access) => typeof access === 'string' || access.length <= longestList,
          tooMany(longestList),
        ),
      ),
  ),
}));

/** @param unit of the number, for the error. */
export function integer(min: number, max: number, unit: string) {
  const params = wrong((value) => sentences.notInteger(min, max, unit, value));
  return z.pipe(
    z.transform(asInteger),
    z.number(params).check(z.int(params), z.minimum(min, params), z.maximum(max, params)),
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

export const verify = lazily(() =>
  z.pipe(
    z.transform(asVerify),
    z.pipe(
      z.union(
        [z.boolean(), z.literal('OktaOnly')],
        wrong((value) => sentences.notOneOf('true, false or OktaOnly', value)),
      ),
      z.transform((value): Verify => (value === 'OktaOnly' ? value : value ? 'Full' : 'None')),
    ),
  ),
);

export const active = lazily(() =>
  z.pipe(z.transform(asBoolean), z.literal(true, wrong(sentences.notActive))),
);
