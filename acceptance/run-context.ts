import type { Stacks } from './cloudformation.ts';
import type { OktaAdmin } from './okta-admin.ts';
import type { OktaObjects } from './okta-objects.ts';
import type { CognitoAdmin } from './pools.ts';
import type { ProviderStack } from './provider-stack.ts';
import type { AcceptanceSettings } from './settings.ts';
import type { Narrate, Undo } from './undo.ts';

/** What each story works with. */
export interface Run {
  readonly settings: AcceptanceSettings;
  readonly stacks: Stacks;
  readonly okta: OktaAdmin;
  readonly cognito: CognitoAdmin;
  readonly objects: OktaObjects;
  readonly provider: ProviderStack;
  readonly undo: Undo;
  /** Says what is done, and notes it beside the exchanges; ends the run if it was interrupted. */
  readonly step: Narrate;
  /** Notes what is to be compared with the local stack. */
  observe(what: string, seen: string): void;
}
