import type { ClientSecret } from '../../okta/client-secrets.ts';
import type { Secret } from '../../secret.ts';
import type { SecretRecord } from '../journal/records.ts';
import { InvalidRequestError } from '../properties/properties.ts';

/** What is to be done about the client secret: make another, or end an interrupted rotation that is no longer wanted. */
export type RotationNeed =
  | { readonly do: 'rotate'; readonly secretVersion: string }
  | { readonly do: 'settle' };

/** @param secretVersion as the template has it; one that is removed from the template asks for nothing. */
export function rotationNeed(
  secret: SecretRecord,
  secretVersion: string | undefined,
): RotationNeed | undefined {
  if (secretVersion !== undefined && secret.version !== secretVersion) return { do: 'rotate', secretVersion };
  return secret.predecessorIds ? { do: 'settle' } : undefined;
}

/** Which secret takes over, which ones are deleted before it is created, and which ones it replaces. */
export interface RotationPlan {
  readonly clear: readonly ClientSecret[];
  readonly successor: ClientSecret | 'new';
  readonly retire: readonly ClientSecret[];
}

/**
 * Plans a rotation, or the rest of an interrupted one: an application holds two secrets at most. Pure.
 *
 *     Okta has              what happened                         what is left to do
 *     old                   nothing yet                           make new, use it, retire old
 *     old, off              an inactive one was left behind       delete it; then as in line one
 *     old, new              interrupted before old went           use new, which Cognito may do already, retire old
 *     old, new (off)        interrupted as new was dropped        delete it; then as in line one
 *     old (off), new        interrupted at the end                use new, retire old
 *
 * @param predecessorIds as the journal has them, if a rotation was interrupted.
 * @param inUse the client secret that Cognito has.
 * @throws InvalidRequestError if a second secret of another owner is in the way.
 */
export function planRotation(
  secrets: readonly ClientSecret[],
  predecessorIds: readonly string[] | undefined,
  inUse: Secret | undefined,
): RotationPlan {
  const isSuccessor = ({ id }: ClientSecret) => predecessorIds?.includes(id) === false;
  const successor = secrets.find((secret) => isSuccessor(secret) && secret.status === 'ACTIVE');
  if (successor) return { clear: [], successor, retire: secrets.filter((secret) => secret !== successor) };
  const clear = secrets.filter((secret) => secret.status === 'INACTIVE');
  const active = secrets.filter((secret) => secret.status === 'ACTIVE');
  const [other] = active.filter((secret) => secret.clientSecret.reveal() !== inUse?.reveal());
  if (active.length > 1 && other) {
    throw new InvalidRequestError(
      `SecretVersion: the Okta application has two active client secrets, which is Okta's maximum. Deactivate ${other.id} (created ${other.created}) on the application's General page in Okta, because Cognito does not use it. Then deploy again.`,
    );
  }
  return { clear, successor: 'new', retire: active };
}

/**
 * Plans the end of an interrupted rotation that is not to go on: what Cognito has stays, if Okta takes it. Pure.
 * @returns the secret to keep, if one works, and those to remove.
 */
export function planSettlement(
  secrets: readonly ClientSecret[],
  predecessorIds: readonly string[] | undefined,
  inUse: Secret | undefined,
): { readonly keep: ClientSecret | undefined; readonly retire: readonly ClientSecret[] } {
  const active = secrets.filter((secret) => secret.status === 'ACTIVE');
  const keep =
    active.find((secret) => secret.clientSecret.reveal() === inUse?.reveal()) ??
    active.find(({ id }) => predecessorIds?.includes(id)) ??
    active[0];
  return { keep, retire: keep ? secrets.filter((secret) => secret !== keep) : [] };
}
