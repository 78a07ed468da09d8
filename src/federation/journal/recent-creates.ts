import type { OwnCreates } from '../../okta/own-creates.ts';
import type { Journal } from './journal.ts';

/** A rollback follows a failed event within a second or two: "not found" may be lag then, too. */
export function rememberCreates({ standing, open }: Journal, ownCreates: OwnCreates): void {
  for (const federation of [...standing, ...open.map((attempt) => attempt.federation)]) {
    const { orgUrl, id, madeAt } = federation?.application ?? {};
    if (orgUrl !== undefined && id !== undefined && madeAt !== undefined) {
      ownCreates.remember(orgUrl, id, madeAt);
    }
  }
}
