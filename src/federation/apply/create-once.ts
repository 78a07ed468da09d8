import { OktaError, OktaUnreachableError } from '../../okta/errors.ts';

const attempts = 3;

/**
 * Creates exactly one of something in Okta: a create whose answer was lost may have taken effect, so it is looked for before
 * another try.
 * @param find gets the create's own error.
 * @throws everything that the two throw.
 */
export async function createOnce<T>(
  create: () => Promise<T>,
  find: (error: unknown) => Promise<T | undefined>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await create();
    } catch (error) {
      const fromOkta = error instanceof OktaError || error instanceof OktaUnreachableError;
      if (!(fromOkta && error.mayHaveTakenEffect) || attempt >= attempts) throw error;
      const made = await find(error);
      if (made) return made;
    }
  }
}
