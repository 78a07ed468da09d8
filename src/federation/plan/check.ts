import type { Precondition } from './preconditions.ts';

/** One line of the checklist: something that must hold for people to sign in. */
export interface Check extends Precondition {
  readonly part: 'Amazon Cognito' | 'Okta' | 'Sign-in';
  /** Why it was not checked, in a few words. */
  readonly skipped?: string;
}

export function isFailed({ problems }: Check): boolean {
  return problems.length > 0;
}
