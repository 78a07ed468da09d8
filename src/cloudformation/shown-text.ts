/**
 * A text as CloudFormation shows it: it works with each character, and shows `?` for those that are not ASCII.
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/814
 */
function asShown(text: string): string {
  return text.replaceAll(/\P{ASCII}/gu, '?');
}

/**
 * Whether CloudFormation may show a text so: as it is, or with `?` for each character that is not ASCII.
 * @param sent with its real characters.
 */
export function isShownAs(sent: string, shown: string): boolean {
  return waysToShow(sent).includes(shown);
}

/** It is not known whether a character of two UTF-16 units, such as an emoji, becomes one `?` or two. */
export function waysToShow(text: string): readonly string[] {
  return [text, asShown(text), text.replaceAll(/[\u0080-\uffff]/g, '?')];
}
