import type { Deadline } from '../cloudformation/deadline.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import type { Services } from './connections.ts';
import type { Ending } from './journal/journal.ts';
import type { Ledger } from './journal/ledger.ts';
import type { Shown } from './journal/past.ts';

/** The processing of one event under its resource's lease. */
export interface Turn<Request extends CustomResourceRequest = CustomResourceRequest> {
  readonly request: Request;
  readonly deadline: Deadline;
  readonly services: Services;
  readonly ledger: Ledger;
  /** CloudFormation's second confirmation, now that the lease is held. Nothing may change before it settles. */
  readonly confirmed: Promise<void>;
  /** What CloudFormation shows of the resource. */
  readonly shown: Shown;
}

/** The outcome: the answer for CloudFormation, and what the journal keeps. */
export interface Outcome {
  readonly answer: Answer;
  readonly ending: Ending;
}

export type RequestOf<Type extends CustomResourceRequest['requestType']> = Extract<
  CustomResourceRequest,
  { requestType: Type }
>;

export function succeeded(
  physicalResourceId: string,
  data: Readonly<Record<string, string>>,
  ending: Ending,
): Outcome {
  return { answer: { status: 'SUCCESS', physicalResourceId, data }, ending };
}

/** @param reason one or two sentences for the person who deployed. */
export function failed(physicalResourceId: string, reason: string, ending: Ending): Outcome {
  return { answer: { status: 'FAILED', physicalResourceId, reason }, ending };
}
