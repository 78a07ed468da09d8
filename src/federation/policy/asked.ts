import { isPolicyId } from '../../okta/identifiers.ts';
import { defaults } from '../properties/defaults.ts';
import type { Said } from './schema.ts';
import type { Subject, Written } from './subject.ts';

type FieldsOf<Value> = { [Field in keyof Said]-?: Said[Field] extends Value ? Field : never }[keyof Said];

/** The fields that are lists of patterns, and those that map patterns to lists of patterns. */
type ListField = FieldsOf<string[] | undefined>;
type PairField = FieldsOf<Record<string, string[]> | undefined>;

interface AnyAsked {
  /** The property at fault if it is refused. */
  readonly property: string;
  /** What is asked for, as an object of a sentence. */
  readonly what: string;
  /** The product's own default, which a rule need not name. */
  readonly isDefault?: boolean;
}

/** One thing that a template asks for, which a rule allows or not. */
export type Asked = AnyAsked &
  (
    | {
        readonly field: ListField;
        /** All its names. A rule may allow or deny any of them. */
        readonly called: readonly string[];
        /** More spellings, known only to a denial. */
        readonly alsoCalled?: readonly string[];
        /** A word that no pattern allows, only the word itself. */
        readonly isWord?: boolean;
        /** It also has a name that is not known here: each denied name could be it. */
        readonly isNameUnknown?: boolean;
      }
    | { readonly field: PairField; readonly from: string; readonly to: string }
    | { readonly field: 'pools'; readonly id: string; readonly tags: Readonly<Record<string, string>> }
    | { readonly field: 'deleteAdopted' }
  );

/** All that a federation asks for, the pool first. */
export function askedBy(subject: Subject): Asked[] {
  const { properties, resolved, poolTags } = subject;
  const { UserPoolId, AuthenticationPolicy } = properties;
  return [
    ...maybe(poolTags).map((tags) => ({
      field: 'pools' as const,
      property: 'UserPoolId',
      what: `user pool ${shown(UserPoolId)}`,
      id: UserPoolId,
      tags,
    })),
    ...access(subject),
    ...issuer(subject),
    ...attributes(subject),
    ...maybe(AuthenticationPolicy).map((one) => authenticationPolicy(one, resolved?.authenticationPolicy)),
    ...writtenBy(subject),
  ];
}

/** What a template asks for in its own words: it can be judged before anything is looked at. */
export function writtenBy(written: Written): Asked[] {
  const { RoleArn, Issuer, ApplicationLabel, Claims, IdpIdentifiers, Adopt } = written.properties;
  return [
    ...maybe(RoleArn).map((arn) => named('roles', 'RoleArn', `the role ${shown(arn)}`, arn)),
    secret(written),
    // The host of a URL is the template's choice. Any other issuer is at the org's own host.
    ...(Issuer !== undefined && URL.canParse(Issuer)
      ? [named('issuers', 'Issuer', `the issuer ${shown(Issuer)}`, Issuer)]
      : []),
    // The name that an application has without this property starts with the stack's, and the rule covers that.
    ...maybe(ApplicationLabel).map((label) =>
      named('labels', 'ApplicationLabel', `the label ${shown(label)}`, label),
    ),
    ...Object.entries(Claims ?? {}).map(([from, to]) => ({
      field: 'claims' as const,
      property: 'Claims',
      what: `the claim ${shown(from)} with the expression ${shown(to)}`,
      from,
      to,
    })),
    ...(IdpIdentifiers ?? []).map((one) =>
      named('identifiers', 'IdpIdentifiers', `the identifier ${shown(one)}`, one),
    ),
    ...hosts(written),
    ...maybe(Adopt?.ApplicationId).map((id) =>
      named('adoption', 'Adopt.ApplicationId', `the adoption of the Okta application ${shown(id)}`, id),
    ),
    ...(Adopt?.OnDelete === 'Delete'
      ? [{ field: 'deleteAdopted' as const, property: 'Adopt.OnDelete', what: 'OnDelete: Delete' }]
      : []),
  ];
}

function named(field: ListField, property: string, what: string, called: string) {
  return { field, property, what, called: [called] };
}

/** To read a policy's name takes a right that an ID does without, so the name may stay unknown. */
function authenticationPolicy(
  given: string,
  found: NonNullable<Subject['resolved']>['authenticationPolicy'],
) {
  return {
    ...named('authenticationPolicies', 'AuthenticationPolicy', `the policy ${shown(given)}`, given),
    called: [given, ...(found ? [found.id, found.name] : [])],
    isNameUnknown: isPolicyId(given) && (found === undefined || found.name === given),
  };
}

/**
 * The provider stack's own secret is the same one, whether the template leaves it out or names it. Only its whole ARN is surely
 * its own: another account may have a secret of that name.
 */
function secret({ properties: { OktaSecretId: id }, ownSecretId }: Written): Asked {
  const own = [ownSecretId, ...secretNames(ownSecretId)];
  const isOwn = id === undefined || id === ownSecretId;
  const names = id === undefined ? [] : [id, ...secretNames(id)];
  const mayBeOwn = isOwn || names.some((name) => own.includes(name));
  const what = id === undefined ? "the provider stack's own Okta secret" : `the Okta secret ${shown(id)}`;
  return {
    field: 'oktaSecrets',
    property: 'OktaSecretId',
    what,
    called: isOwn ? [ownSecret, ownSecretId] : [id],
    alsoCalled: [...names, ...(mayBeOwn ? [ownSecret, ...own] : [])],
    isDefault: isOwn,
  };
}

/** How a rule calls the provider stack's own secret. */
const ownSecret = 'Default';

/**
 * A secret has two names, its name and its ARN, with or without the six characters that Secrets Manager adds.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
export function secretNames(nameOrArn: string): string[] {
  const [, name] = /^.*:secret:(.*)$/s.exec(nameOrArn) ?? [];
  return name === undefined ? [] : [name, name.replace(/-(?:\w{6}|\*)$/, '')];
}

const everyone = 'Everyone';

function access({ properties, resolved }: Subject): Asked[] {
  const given: string | readonly string[] =
    properties.Access ?? (properties.Adopt ? 'Nobody' : defaults.access);
  if (given === 'Nobody') return [];
  const entries = typeof given === 'string' ? [given] : given;
  // In a list, the same word is the name of a group.
  return entries.flatMap((entry): Asked[] => {
    const groups = resolved?.groups?.get(entry) ?? [];
    const isEveryone = entry === everyone || groups.some(({ type }) => type === 'BUILT_IN');
    // An ID that stands for an unknown group could be that of Everyone.
    const isUnknown = groups.length === 0 && /^00g[0-9A-Za-z]{17}$/.test(entry);
    const isWord = isEveryone || entry === 'FederationBrokerMode' || isUnknown;
    const ids = groups.map(({ id }) => id);
    const word = isEveryone ? everyone : entry;
    const what = isWord ? shown(word) : `access for the Okta group ${shown(entry)}`;
    const called = isWord ? [word] : [entry, ...ids, ...groups.map(({ name }) => name)];
    return [
      { field: 'access', property: 'Access', what, called, ...(isWord ? { isWord, alsoCalled: ids } : {}) },
    ];
  });
}

function issuer({ properties: { Issuer, Adopt }, resolved }: Subject): Asked[] {
  const word = Issuer ?? (Adopt ? undefined : 'OrgUrl');
  const called = [...maybe(word), ...maybe(resolved?.issuerUrl)];
  // An adopted provider keeps its issuer, which may not be known yet.
  if (called.length === 0) return [];
  const what = `the issuer ${shown(called.at(0) ?? '')}`;
  const isDefault = Issuer === undefined || Issuer === 'OrgUrl';
  return [{ field: 'issuers', property: 'Issuer', what, called, isDefault }];
}

function attributes({ settings }: Subject): Asked[] {
  const usual: Readonly<Record<string, string>> = { ...defaults.attributeMapping, username: 'sub' };
  return Object.entries(settings.attributeMapping).map(([from, to]) => ({
    field: 'attributes',
    property: 'AttributeMapping',
    what: `the attribute ${shown(from)} from the claim ${shown(to)}`,
    from,
    to,
    isDefault: Object.hasOwn(usual, from) && usual[from] === to,
  }));
}

function hosts({ properties }: Written): Asked[] {
  const { InitiateLoginUri, LogoUri, PostLogoutRedirectUris } = properties;
  return [
    ...maybe(InitiateLoginUri).map((uri) => host('tileHosts', 'InitiateLoginUri', uri)),
    ...maybe(LogoUri).map((uri) => host('logoHosts', 'LogoUri', uri)),
    ...(PostLogoutRedirectUris ?? []).map((uri) => host('postLogoutHosts', 'PostLogoutRedirectUris', uri)),
  ];
}

function host(field: ListField, property: string, uri: string): Asked {
  const name = URL.parse(uri)?.hostname ?? uri;
  // A dot at the end does not change the host.
  return {
    ...named(field, property, `the host ${shown(name)}`, name),
    alsoCalled: [name.replace(/\.$/, '')],
  };
}

function maybe<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

/** Fit for one line of a sentence. */
function shown(value: string): string {
  const line = value.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}
