import * as z from 'zod/mini';
import { lazily, neededByAll } from '../../lazily.ts';
import { given } from './given.ts';
import { attributeMapping, claims } from './maps.ts';
import { nearest } from './nearest.ts';
import {
  active,
  bytesOf,
  defaultProviderName,
  integer,
  lists,
  longestProperties,
  texts,
  verify,
  wrong,
} from './property-types.ts';
import { sentences } from './sentences.ts';
import { plain, shown } from './shown.ts';

const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.literal(
    words,
    wrong((value) => sentences.notOneOf(words.join(' or '), value)),
  );
/** With its sentence in the reference. */
const described = <Type extends z.ZodMiniType>(type: Type, meaning: string) =>
  type.check(z.describe(meaning));
const optional = <Type extends z.ZodMiniType>(type: Type, meaning: string) =>
  described(z.optional(type), meaning);

const adoption = lazily(() =>
  z.strictObject(
    {
      ApplicationId: described(texts().applicationId, 'The ID of the Okta application to take over.'),
      OnDelete: described(
        z._default(oneOf(['Retain', 'Delete']), 'Retain'),
        'At the deletion of the resource: `Retain` puts the application and the provider back to what was found, `Delete` deletes both. If the deployment that adopts is rolled back, both are put back.',
      ),
    },
    wrong(sentences.adopt),
  ),
);

const secretRotation = lazily(() =>
  z.strictObject(
    {
      AutomaticallyAfterDays: described(
        integer(1, 1000, 'days'),
        'The age in days at which the client secret is rotated, from 1 to 1000.',
      ),
    },
    wrong(sentences.rotation),
  ),
);

/**
 * The contract: every property of `Custom::OktaCognitoIdp`. The types, the validation, the reference in the docs and the
 * published JSON Schema all come from this. CloudFormation sends each primitive as a string; it is coerced here.
 */
export const propertiesSchema = neededByAll(() =>
  z.strictObject({
    ServiceToken: optional(
      texts().serviceToken,
      'The ARN of the provider function: `!ImportValue okta-cognito-idp-ServiceToken`.',
    ),
    ServiceTimeout: optional(
      integer(1, 3600, 'seconds'),
      'How many seconds CloudFormation waits for an answer, from 1 to 3600. The function answers earlier.',
    ),
    UserPoolId: described(
      texts().userPoolId,
      'The ID of the user pool: `!Ref UserPool`. The region comes from the ID. A change replaces the resource.',
    ),
    UserPoolDomain: optional(
      texts().userPoolDomain,
      "`!Ref UserPoolDomain`, one of the pool's domains. It orders the resources, and a changed domain reaches Okta.",
    ),
    UserPoolClientIds: described(
      z._default(lists().userPoolClientIds, []),
      'The IDs of app clients made elsewhere to enable the provider on. Only what this list adds is ever removed.',
    ),
    ProviderName: described(
      z._default(texts().providerName, defaultProviderName),
      'The name of the identity provider in the pool: 3 to 32 characters, no space, underscore or vertical bar. A change replaces the resource.',
    ),
    ApplicationLabel: optional(
      texts().label,
      "The application's name in Okta. If none is given, a later rename in Okta stays.",
    ),
    Access: optional(
      lists().access,
      'Who may sign in: `Everyone`, `Nobody`, `FederationBrokerMode` (immediate access with Federation Broker Mode), or a list of Okta group names or IDs.',
    ),
    AuthenticationPolicy: optional(
      texts().authenticationPolicy,
      "The name or ID of an Okta authentication policy. The default is the org's.",
    ),
    Issuer: optional(
      texts().issuer,
      '`OrgUrl`, `CustomUrl`, `Dynamic`, an issuer URL of the org, or the ID of a custom authorization server.',
    ),
    Scopes: optional(
      lists().scopes,
      'The scopes that Cognito requests from Okta. They must contain `openid`.',
    ),
    Claims: optional(
      claims(),
      'ID-token claims that Okta issues to this application: claim name → Okta expression, at most 100.',
    ),
    AttributeMapping: optional(attributeMapping(), 'User pool attribute ← Okta claim, at most 100.'),
    AttributesRequestMethod: optional(
      oneOf(['GET', 'POST']),
      "The HTTP method with which Cognito calls Okta's userinfo endpoint.",
    ),
    IdpIdentifiers: optional(
      lists().idpIdentifiers,
      'At most 50 identifiers, such as e-mail domains, by which managed login picks this provider from what the user types.',
    ),
    PostLogoutRedirectUris: optional(
      lists().uris,
      'The https URLs to which Okta may send the browser after a sign-out.',
    ),
    InitiateLoginUri: optional(
      texts().uri,
      "The https URL that the application's tile on the Okta dashboard opens: the app's page that starts a sign-in.",
    ),
    LogoUri: optional(texts().uri, 'The https URL of the logo that Okta shows for the application.'),
    Notes: optional(texts().notes, 'A note for the administrators of the Okta org, at most 1000 characters.'),
    OktaSecretId: optional(
      texts().secretId,
      "The ARN or name of another Okta org's secret. The provider's role must be allowed to read it.",
    ),
    RoleArn: optional(
      texts().roleArn,
      'The ARN of a role to assume for a pool in another account. Its external ID is `<account>/<region>/<stack name>/<logical ID>`.',
    ),
    SecretVersion: optional(
      texts().secretVersion,
      'Any text. A new value rotates the client secret with no downtime.',
    ),
    SecretRotation: optional(
      secretRotation(),
      'Rotates the client secret between deploys, with no downtime.',
    ),
    Adopt: optional(
      adoption(),
      "Takes over an existing Okta application and, with it, the pool's provider of that name.",
    ),
    Active: optional(
      active(),
      '`true` activates an application that is inactive in Okta. Without it, that is an error.',
    ),
    Verify: described(
      z._default(verify(), 'Full'),
      'Whether the sign-in path is probed: `true`, `false`, or `OktaOnly` to skip the probe of the Cognito domain.',
    ),
    Trigger: optional(
      z.unknown(),
      'Any value. A change makes CloudFormation send an Update and has no other effect.',
    ),
  }),
);

/** What the template asks for, checked. What it leaves open is settled when it is known what is there. */
export type Properties = z.output<ReturnType<typeof propertiesSchema>>;

/** What is wrong with the template or with what it names. The message is for the person who deploys. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

/** At most so many problems are reported at once: a reason is short. */
const mostSentences = 5;

/**
 * @param input `ResourceProperties` as CloudFormation sends them, untrusted.
 * @throws InvalidRequestError that names each wrong property and what to change.
 */
export function parseProperties(input: Readonly<Record<string, unknown>>): Properties {
  refuseTooLong(input);
  const parsed = propertiesSchema().safeParse(given(input, propertiesSchema().shape));
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(problems(parsed.error.issues, input).slice(0, mostSentences).join(' '));
}

/** Only `Trigger` has no bound of its own. */
function refuseTooLong(input: Readonly<Record<string, unknown>>): void {
  const bytes = bytesOf(input);
  if (bytes <= longestProperties) return;
  const lengths = Object.entries(input).map(([name, value]) => ({ name, size: bytesOf(value ?? null) }));
  const [longest] = lengths.toSorted((one, other) => other.size - one.size);
  throw new InvalidRequestError(
    `The properties have ${bytes} bytes of JSON; at most ${longestProperties} are allowed. Shorten ${plain(longest?.name ?? '')}.`,
  );
}

/** Properties of an earlier event; those that are not valid never made anything. */
export function parseIfValid(input: Readonly<Record<string, unknown>>): Properties | undefined {
  const parsed = propertiesSchema().safeParse(given(input, propertiesSchema().shape));
  return parsed.success ? parsed.data : undefined;
}

/** One sentence for each wrong value: what is wrong first is enough to know. */
function problems(
  issues: readonly z.core.$ZodIssue[],
  input: Readonly<Record<string, unknown>>,
): readonly string[] {
  const first = new Map<string, readonly string[]>();
  for (const issue of issues) {
    const path = issue.path.map(String).join('.');
    if (!first.has(path)) first.set(path, sentencesOf(issue, input));
  }
  return [...new Set([...first.values()].flat())];
}

function sentencesOf(issue: z.core.$ZodIssue, input: Readonly<Record<string, unknown>>): readonly string[] {
  const [property = 'ResourceProperties', part] = issue.path.map(String);
  const isNested = property === 'Adopt' || property === 'SecretRotation';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, mostSentences)
      .map((key) => unknownProperty(key, isNested ? property : undefined));
  }
  const named = isNested && part ? `${property}.${part}` : property;
  const fix = requiredParts[named];
  if (fix !== undefined && isMissing(named, input)) return [`${named} ${sentences.notGiven(fix)}`];
  return [`${named} ${issue.message}`];
}

/** What must be given, and what to set it to. */
const requiredParts: Readonly<Record<string, string>> = {
  UserPoolId: 'the ID of a user pool: !Ref UserPool',
  'Adopt.ApplicationId': "the ID of the Okta application, 0oa… in the address of the application's page",
  'SecretRotation.AutomaticallyAfterDays': 'a number of days, such as 90',
};

function isMissing(named: string, input: Readonly<Record<string, unknown>>): boolean {
  const [property = '', part] = named.split('.');
  const value = input[property];
  const innermost = part === undefined ? value : new Map(Object.entries(Object(value))).get(part);
  return shown(innermost) === 'empty' || innermost === '';
}

const partsOf: Readonly<Record<string, () => readonly string[]>> = {
  Adopt: () => Object.keys(adoption().shape),
  SecretRotation: () => Object.keys(secretRotation().shape),
};

function unknownProperty(key: string, of: string | undefined): string {
  const near = nearest(
    key,
    of === undefined ? Object.keys(propertiesSchema().shape) : (partsOf[of]?.() ?? []),
  );
  const within = of === undefined ? '' : `${of}.`;
  return near === undefined
    ? sentences.unknown(`${within}${key}`)
    : sentences.unknownNear(`${within}${key}`, `${within}${near}`);
}
