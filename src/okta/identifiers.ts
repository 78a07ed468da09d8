import { InvalidIdError } from './errors.ts';

/** Okta's IDs are letters and digits, as a rule 20 of them. A dot or slash would lead to another path. */
const idPattern = /^[0-9A-Za-z_-]{1,100}$/;

/** Whether Okta may have something of this ID; a client ID that was chosen by hand may be no ID. */
export function isId(text: string): boolean {
  return idPattern.test(text);
}

/** Whether this is the ID of a policy, and not its name. */
export function isPolicyId(text: string): boolean {
  return /^rst[0-9A-Za-z]{17}$/.test(text);
}

/**
 * Checks what stands for an ID in the path of a request, before it gets there.
 *
 * @param ids by what they are called in the path, such as `appId`
 * @throws InvalidIdError
 */
export function checkIds(ids: Readonly<Record<string, unknown>>): void {
  for (const [name, id] of Object.entries(ids)) {
    if (typeof id === 'string' && isId(id)) continue;
    throw new InvalidIdError(
      `"${String(id).slice(0, 100)}" is not an Okta ID (${name}): an ID consists of letters and digits. Okta was not called. Correct the ID.`,
    );
  }
}
