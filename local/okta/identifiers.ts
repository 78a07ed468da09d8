import { randomBytes, randomInt } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The prefixes by which Okta's identifiers tell what they name. */
export type IdentifierPrefix =
  | '0oa'
  | '00g'
  | '00u'
  | '00o'
  | '00p'
  | '0pr'
  | 'aln'
  | 'aus'
  | 'cal'
  | 'nzo'
  | 'oae'
  | 'oag'
  | 'ocl'
  | 'ocs'
  | 'ofc'
  | 'pks'
  | 'rst'
  | 'rul'
  | 'scp'
  | 'tos';

/**
 * Makes an identifier such as Okta gives out: a prefix for the kind of thing, 20 characters in all.
 *
 * @param prefix the kind of thing that it names, e.g. `0oa` for an application
 * @returns the identifier
 */
export function oktaIdentifier(prefix: IdentifierPrefix): string {
  let identifier: string = prefix;
  while (identifier.length < 20) identifier += ALPHABET[randomInt(ALPHABET.length)];
  return identifier;
}

/**
 * Makes an unguessable value: a client secret, a token, a password.
 *
 * @param bytes how much randomness it holds, in bytes
 * @returns the value in base64url
 */
export function randomSecret(bytes = 48): string {
  return randomBytes(bytes).toString('base64url');
}

/** @returns the current time as Okta writes it: ISO 8601, UTC, whole seconds with three zeros behind */
export function timestamp(): string {
  return new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
}
