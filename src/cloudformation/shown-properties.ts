import { isShownAs, waysToShow } from './shown-text.ts';

// What CloudFormation does not show in an event: the value of a NoEcho parameter, and of a dynamic reference.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
const hidden = /\*{4}|\{\{resolve:[^{}]*\}\}/;

/** Whether a part of a text is not shown. */
export function hasHidden(shown: string): boolean {
  return hidden.test(shown);
}

/**
 * Whether properties that an event brings are those that the stack's own events show.
 *
 * CloudFormation sends every primitive as a string, so both sides are compared as strings. What it hides matches anything
 * in its place: a whole value, or a part of a text. For a character that is not ASCII it shows `?`, also in a name.
 *
 * @param sent of the event.
 * @param shown `ResourceProperties` of the stack's event.
 */
export function matchesShown(sent: unknown, shown: unknown): boolean {
  if (typeof shown === 'string' && hasHidden(shown)) return matches(sent, shown);
  if (Array.isArray(shown)) {
    return (
      Array.isArray(sent) &&
      sent.length === shown.length &&
      shown.every((item: unknown, index) => matchesShown(sent[index], item))
    );
  }
  if (typeof shown === 'object' && shown !== null) {
    if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return false;
    const [mine, theirs] = [Object.entries(sent), Object.entries(shown)];
    return (
      mine.every(([name]) => theirs.some(([other]) => isShownAs(name, other))) &&
      // Two names may be shown as one, with the value of one of them.
      theirs.every(([name, value]) =>
        mine.some(([own, inner]) => isShownAs(own, name) && matchesShown(inner, value)),
      )
    );
  }
  if (typeof sent === 'string' && typeof shown === 'string') return isShownAs(sent, shown);
  return sent === shown || (typeof sent !== 'object' && String(sent) === String(shown));
}

/** A text with hidden parts: what is between them must be there, in this order. */
function matches(sent: unknown, shown: string): boolean {
  const parts = shown.split(hidden);
  // A list parameter is hidden whole too.
  if (parts.every((part) => part === '')) return true;
  return typeof sent === 'string' && waysToShow(sent).some((text) => hasParts(text, parts));
}

function hasParts(text: string, [first = '', ...rest]: readonly string[]): boolean {
  const last = rest.pop() ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  let left = text.slice(first.length, text.length - last.length);
  for (const part of rest) {
    const at = left.indexOf(part);
    if (at < 0) return false;
    left = left.slice(at + part.length);
  }
  return true;
}
