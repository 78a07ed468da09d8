/** Something that must hold before anything is made. */
export interface Precondition {
  /** What must hold, in a few words. */
  readonly name: string;
  /** Why it does not: each a sentence that names the property and the fix. */
  readonly problems: readonly string[];
}

/** One line of the checklist: something that must hold for people to sign in. */
export interface Check extends Precondition {
  readonly part: 'Amazon Cognito' | 'Okta' | 'Sign-in';
  /** Why it was not checked, in a few words. */
  readonly skipped?: string;
}

export function isFailed({ problems }: Check): boolean {
  return problems.length > 0;
}
