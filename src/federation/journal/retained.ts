import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import type { Journal } from './journal.ts';
import type { Past } from './past.ts';
import type { Standing } from './records.ts';

/**
 * If a template no longer names a resource whose DeletionPolicy is Retain, no event comes, and the federation stands. A later
 * Create or replacement reuses it. If that is rolled back, the federation is as it was before.
 *
 * @returns the federation that stands at the place of a Create or a replacement, if it was retained.
 */
export function retainedBefore(
  journal: Journal,
  request: CustomResourceRequest,
  { standing }: Past,
): Standing | undefined {
  const named = request.requestType === 'Create' ? undefined : request.physicalResourceId;
  const isOfEvent = standing?.physicalResourceId === named;
  return standing && !isOfEvent && !wasToGo(journal, standing.physicalResourceId) ? standing : undefined;
}

/** Tells whether a federation's removal has failed: it is there still, but was not retained. */
function wasToGo({ answered }: Journal, physicalResourceId: string): boolean {
  const last = answered.findLast(({ answer }) => answer.physicalResourceId === physicalResourceId);
  return last?.requestType === 'Delete' && last.answer.status === 'FAILED';
}

/**
 * A federation with the properties that it had while it was retained.
 * @param properties by default those that the journal has.
 * @returns `undefined` if it was not retained.
 */
export function asRetained(standing: Standing, properties = standing.retained): Standing | undefined {
  if (!properties) return undefined;
  const { retained, before, isReturned, ...rest } = standing;
  // Its groups are those asked for since: they are not kept if those of before have other names by now.
  return { ...rest, properties, application: { ...rest.application, groupIds: [] } };
}
