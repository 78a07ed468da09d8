import type { LeaseItem } from '../../lease/table.ts';
import { storable } from './equal-properties.ts';
import type { Journal } from './journal.ts';
import { type Answered, journalSchema } from './records.ts';

const emptyJournal: Journal = { open: [], standing: [], answered: [] };

/**
 * What a release writes that an older one would lose, such as a new list of what was added, makes this number larger: an older
 * release then changes nothing.
 */
const format = 1;

/** The journal was written by a later release, and this one does not understand all of it. */
export class NewerJournalError extends Error {
  override readonly name = 'NewerJournalError';

  constructor(written: number) {
    super(
      `A newer release of the provider wrote the journal of this resource (format ${written}; this release reads format ${format}), so nothing was done. Update the provider stack, then deploy again.`,
    );
  }
}

/**
 * @returns an empty journal if the item is lost, or holds something that no release wrote.
 * @throws NewerJournalError
 */
export function journalIn(item: LeaseItem): Journal {
  const written = Number(item.format?.N ?? format);
  if (written > format) throw new NewerJournalError(written);
  try {
    const part = (name: keyof Journal): unknown => JSON.parse(item[name]?.S ?? '[]');
    const parsed = journalSchema().safeParse({
      open: part('open'),
      standing: part('standing'),
      answered: part('answered'),
    });
    return parsed.success ? withDeath(parsed.data, item) : emptyJournal;
  } catch {
    return emptyJournal;
  }
}

/** The attributes of the item that hold a journal. */
export function itemOf({ open, standing, answered }: Journal): LeaseItem {
  return {
    open: { S: JSON.stringify(open) },
    standing: { S: JSON.stringify(standing) },
    answered: { S: JSON.stringify(answered) },
    died: { S: '' },
    format: { N: String(format) },
  };
}

/**
 * What the failsafe leaves in the item of an event whose handler died: the answer that it gave. It has no date, because
 * CloudFormation has not confirmed it: it must not make other events look late.
 */
export function itemOfDeath(death: Omit<Answered, 'event' | 'issuedAt'>): LeaseItem {
  const properties = storable(death.properties ?? {});
  return { died: { S: JSON.stringify({ ...death, properties, event: deathOf(death.requestId) }) } };
}

const died = 'died ';

/** Stands in for a fingerprint: the failsafe does not know the whole request. */
export function deathOf(requestId: string): string {
  return `${died}${requestId}`;
}

export function isDeath({ event }: Answered): boolean {
  return event.startsWith(died);
}

function withDeath(journal: Journal, item: LeaseItem): Journal {
  const text = item.died?.S;
  if (!text) return journal;
  const death = journalSchema().shape.answered.safeParse([JSON.parse(text)]);
  return death.success ? { ...journal, answered: [...journal.answered, ...death.data] } : journal;
}
