/**
 * The note for administrators, which a template may write (`Notes`), and in which an administrator consents to an adoption
 * (consent.ts). A template can neither give that consent nor remove it.
 */

/** Why `Notes` of a template cannot stand. */
export function notesProblem(notes: string | undefined): string | undefined {
  return notes !== undefined && isLikeConsent(notes)
    ? 'Notes must not contain "okta-cognito-idp: adopt": only an Okta administrator can consent to an adoption. Remove that part.'
    : undefined;
}

/**
 * What to write as the note, so that the lines stay with which administrators have consented.
 * @param current the note that the application has.
 * @param wanted what the template wants; `null` to remove the note, `undefined` to leave it as it is.
 */
export function mergeNotes(
  current: string | null | undefined,
  wanted: string | null | undefined,
): string | null | undefined {
  if (wanted === undefined) return undefined;
  const kept = (current ?? '').split('\n').filter(isLikeConsent);
  if (kept.length === 0) return wanted;
  return [...(wanted === null ? [] : [wanted]), ...kept].join('\n');
}

/** The note without those lines: as a template wrote it, if a template did. */
export function withoutConsent(note: string | null | undefined): string | null | undefined {
  if (!note) return note;
  const lines = note.split('\n');
  const others = lines.filter((line) => !isLikeConsent(line));
  return others.length === 0 ? null : others.join('\n');
}

/**
 * Wider than what counts as a consent: it sees only letters, digits and colons, in every spelling that Unicode has for them,
 * so no space, line break, dash or invisible character hides the line. An administrator's line with a typing error is kept too.
 */
function isLikeConsent(text: string): boolean {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u02D0\u05C3\u0589\u2236\uA789]/g, ':')
    .replace(/[^\p{L}\p{N}:]/gu, '')
    .includes('oktacognitoidp:adopt');
}
