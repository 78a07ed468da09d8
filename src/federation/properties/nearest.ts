import { distance } from 'fastest-levenshtein';

/**
 * The name that was meant, if one is near: at most two letters off, or a fifth of its letters. The case does not count.
 * @returns `undefined` if no name is near; a name that is not near only misleads.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const letters = name.slice(0, 64).toLowerCase();
  const [best] = [...known]
    .map((candidate) => ({ candidate, away: distance(letters, candidate.toLowerCase()) }))
    .filter(({ candidate, away }) => away <= bound(Math.min(candidate.length, letters.length)))
    .sort((a, b) => a.away - b.away);
  return best?.candidate;
}

/** Two letters of a short name are most of it. */
function bound(length: number): number {
  return length < 4 ? length - 2 : Math.max(2, Math.floor(length / 5));
}
