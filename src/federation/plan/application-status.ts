import type { Observed } from '../observe/observed.ts';
import type { Properties } from '../properties/properties.ts';

/**
 * Tells whether an inactive application may be activated: the template says so, or an interrupted undo had deactivated
 * it. Otherwise an administrator did, and it stays so.
 */
export function mayBeActivated(
  { Active }: Pick<Properties, 'Active'>,
  application: NonNullable<Observed['application']>,
): boolean {
  return Active === true || (application.relation === 'own' && application.isUnfinished === true);
}
