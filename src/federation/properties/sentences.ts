import { plain, quoted, shown, wrongCharacter } from './shown.ts';

/**
 * What can be wrong with a property's form, after the property's name: what is wrong, the rule, what to do. The error
 * table of docs/reference.md shows each.
 */
export const sentences = {
  unknown: (name: string) => `There is no property ${plain(name)}. Remove it, or correct its name.`,
  unknownNear: (name: string, near: string) => `There is no property ${plain(name)}: did you mean ${near}?`,
  notGiven: (fix: string) => `is missing. Set it to ${fix}.`,
  notText: (value: unknown) => `must be a string, but it is ${shown(value)}. Give one value.`,
  notOneOf: (allowed: string, value: unknown) => `is ${shown(value)}. Set it to ${allowed}.`,
  notInteger: (min: number, max: number, unit: string, value: unknown) =>
    `is ${shown(value)}. Set it to an integer from ${min} to ${max} (${unit}).`,
  tooLong: (text: string, max: number, by: string) =>
    `has ${text.length} characters; ${by} allows at most ${max}. Shorten ${quoted(text)}.`,
  tooMany: (count: number, max: number) => `has ${count} entries; at most ${max} are allowed. Remove some.`,

  userPoolId: (value: unknown) =>
    `must be the ID of a user pool, such as us-east-1_Example, but it is ${shown(value)}. Use !Ref UserPool.`,
  clientList: (value: unknown) =>
    `must be a list of app client IDs, but it is ${shown(value)}. Write [!Ref AppClient].`,
  clientId: (value: unknown) =>
    `must be a list of app client IDs; ${shown(value)} is not one. Use !Ref AppClient for each.`,
  domain: (value: string) =>
    /^https?:/i.test(value)
      ? `must be a domain, but ${quoted(value)} is a URL. Use !Ref UserPoolDomain.`
      : `must be a domain, but ${quoted(value)} ${has(value, /[a-z0-9.-]/i, 'does not start and end with a letter or digit')}. Use !Ref UserPoolDomain.`,
  providerNameLength: (name: string) =>
    `${quoted(name)} has ${name.length === 1 ? '1 character' : `${name.length} characters`}; Cognito requires 3 to 32. Choose another name, such as Okta.`,
  providerNameCharacter: (name: string) =>
    `${quoted(name)} ${has(name, /[\p{L}\p{M}\p{S}\p{N}\p{P}]/u, 'is not a name', /[_|]/)}. Cognito allows no space, underscore or vertical bar in it. Remove it, or use a hyphen.`,
  providerNameReserved: (name: string) =>
    `${quoted(name)} is reserved for a provider of Cognito's own. Choose another name, such as Okta.`,

  accessEmpty: () =>
    'must be Everyone, Nobody, FederationBrokerMode, or a list of Okta groups, but it is empty or has an empty name. Write Nobody to assign no one.',
  access: (value: unknown) =>
    `is ${shown(value)}. Set it to Everyone, Nobody, FederationBrokerMode, or a list of Okta group names or IDs.`,
  issuer: (value: unknown) =>
    `is ${shown(value)}. Set it to OrgUrl, CustomUrl, Dynamic, an https URL of the Okta org, or the ID of a custom authorization server (default or aus…).`,
  issuerAdmin: (url: string) =>
    `${quoted(url)} is the address of the admin console. Remove "-admin" from it, or use OrgUrl.`,
  issuerPath: (url: string) =>
    `${quoted(url)} has more than an issuer's path. Use the org's URL alone, or with /oauth2/<server ID> after it.`,

  scopes: (value: unknown) =>
    `must be a list of scopes, but it is ${shown(value)}. Write openid email profile, with spaces or commas, or as a list.`,
  scopeCharacter: (scope: string) =>
    `has the scope ${quoted(scope)}, which ${has(scope, /[\x21\x23-\x5B\x5D-\x7E]/, 'is not a scope')}. Remove that character.`,
  noOpenid: (scopes: readonly string[]) => {
    const fix = /openid/i.test(scopes.join(' '))
      ? 'Write openid in lower case, with only spaces or commas between scopes'
      : 'Add openid';
    return `must contain openid, but has ${quoted(scopes.join(' '))}. ${fix}.`;
  },

  mapping: (value: unknown) =>
    `must map pool attributes to claims, but it is ${shown(value)}. Write one line for each, such as email: email.`,
  mappedClaim: (attribute: string, value: unknown) =>
    `must map each pool attribute to the name of a claim, but ${plain(attribute)} is ${shown(value)}. Set it to a claim's name, or remove the line.`,
  mappedTooLong: (attribute: string, length: number) =>
    `maps ${plain(attribute)} to a claim of ${length} characters; at most 255 are allowed. Correct the claim's name.`,

  claims: (value: unknown) =>
    `must map claim names to Okta expressions, but it is ${shown(value)}. Write one line for each, such as department: user.profile.department.`,
  claimName: (name: string) =>
    `has the name ${quoted(name)}, which ${has(name, /[\x21-\x7E]/, 'is not 1 to 255 characters long')}. Use letters, digits, "_", "-", ".", ":" and "/".`,
  claimReserved: (name: string) =>
    `must not contain ${name}: Okta sets that claim itself. Choose another name for the claim.`,
  claimExpression: (name: string, value: unknown) =>
    `must map each claim to an Okta expression, but ${plain(name)} is ${shown(value)}. Set it to an expression, such as user.profile.department.`,
  claimTooLong: (name: string, length: number) =>
    `gives the claim ${plain(name)} an expression of ${length} characters; at most 4096 are allowed. Shorten it.`,

  identifiers: (value: unknown) =>
    `must be a list of identifiers, such as e-mail domains, but it is ${shown(value)}. Write [example.com].`,
  identifier: (value: string) =>
    `has the identifier ${quoted(value)}, which ${has(value, /[\w\s+=.@-]/, `has ${value.length} characters`)}. Cognito allows 1 to 40 letters, digits, spaces and + = . @ - in one. Correct it.`,
  urls: (value: unknown) =>
    `must be a list of https URLs, but it is ${shown(value)}. Write [https://app.example.com/].`,
  notUrl: (value: string) =>
    `must be an https URL, but it is ${quoted(value)}. Write the whole address, such as https://app.example.com/.`,
  // The value is not shown: it has a password.
  urlCredentials: () =>
    'must be an https URL without user name and password, but it has them. Remove what is before "@".',

  secretId: (value: string) =>
    // The value is not shown: it may be the secret itself, by mistake.
    `must be the ARN or the name of a Secrets Manager secret, but it ${has(value, /[\w/+=.@:!-]/, `has ${value.length} characters`)}. Use !Ref of the secret.`,
  roleArn: (value: string) =>
    `must be the ARN of an IAM role, but it is ${quoted(value)}. Use !GetAtt Role.Arn, such as arn:aws:iam::111122223333:role/federation.`,
  adopt: (value: unknown) =>
    `must be an object with ApplicationId, but it is ${shown(value)}. Write {ApplicationId: 0oa…}.`,
  applicationId: (value: unknown) =>
    `must be the ID of an Okta application, but it is ${shown(value)}. Copy 0oa… from the address of the application's page in the Okta Admin Console.`,
  rotation: (value: unknown) =>
    `must be an object with AutomaticallyAfterDays, but it is ${shown(value)}. Write {AutomaticallyAfterDays: 90}.`,
  notActive: (value: unknown) =>
    `accepts only true, but it is ${shown(value)}. Remove it; to let no one sign in, set Access to Nobody.`,
} as const;

/** What is wrong with a text: the first character that is not allowed, or else what the caller knows of it. */
function has(text: string, allowed: RegExp, otherwise: string, except?: RegExp): string {
  const wrong =
    wrongCharacter(text, allowed) ??
    (except && wrongCharacter(text, new RegExp(`[^${except.source.slice(1)}`)));
  return wrong === undefined ? otherwise : `contains ${wrong}`;
}
