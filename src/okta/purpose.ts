import type { OktaCredentials } from './credentials.ts';

/** A scope of Okta's Management API: https://developer.okta.com/docs/api/oauth2/ */
export type Scope = 'okta.apps.manage' | 'okta.groups.read' | 'okta.policies.read';

/** What a request is for, so that its failure can be explained to a person. */
export interface Purpose {
  /** Continues the sentence "Okta refused to …". */
  readonly to: string;
  /** The scope that it takes; an API token needs the like from its administrator's role. */
  readonly needs?: Scope;
}

/** Who asked: the fix depends on it. */
export type Asker = Pick<OktaCredentials, 'kind' | 'orgUrl'>;

/** What an answer that is not a success says. */
export interface Reason {
  /** Okta's or OAuth's; `undefined` if the answer is not their JSON. */
  readonly code: string | undefined;
  /** The server's own words, cut to a readable length. */
  readonly words: string;
}
