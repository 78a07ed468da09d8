import type { Past } from './journal/past.ts';
import type { FederationRecord } from './journal/records.ts';
import type { Properties } from './properties/properties.ts';

/** What is to be made, and what was before. */
export interface Order {
  readonly properties: Properties;
  readonly past: Past;
  /** The application that the physical ID names, if it is of this pool and provider. */
  readonly applicationId: string | undefined;
  /** A rollback to a state that worked: it fails only if an undo fails. What has disappeared since is only logged. */
  readonly isTolerant: boolean;
}

/** How far an order has come; what is in it stays true if the order fails. */
export interface Progress {
  /** For the person who deployed, if the time runs out. */
  doing: string;
  /** Whether anything may have changed. */
  began: boolean;
}

export function noProgress(): Progress {
  return { doing: 'looking at what is there', began: false };
}

/** A federation that is whole. */
export interface Made {
  readonly physicalResourceId: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly federation: FederationRecord;
}
