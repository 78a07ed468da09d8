import { CognitoError } from './errors.ts';

export type FaultAction =
  /** Refuses the call, with nothing done. Default status: 400. */
  | { readonly type: 'error'; readonly code: string; readonly message?: string; readonly status?: number }
  /** Breaks the connection, with nothing done. */
  | { readonly type: 'reset' }
  /** Does not answer, and does nothing. */
  | { readonly type: 'hang' }
  /** Does what is asked, then breaks the connection. */
  | { readonly type: 'reset-after' }
  /** Does what is asked, then does not answer. */
  | { readonly type: 'hang-after' };

export interface Fault {
  /** Default: every operation. */
  readonly operation?: string;
  /** Which of the matching calls from now on is the first to fail; default: 1, the next. */
  readonly nth?: number;
  /** How many in a row fail; default: 1. */
  readonly times?: number;
  readonly action: FaultAction;
}

/** Faults on demand, and the throttling of operations. */
export class Faults {
  #planned: { fault: Fault; seen: number }[] = [];
  #limits = new Map<string, { perSecond: number; calls: number[] }>();

  add(fault: Fault): void {
    this.#planned.push({ fault, seen: 0 });
  }

  /** From now on the operation takes this many calls in any second and refuses the others. */
  throttle(operation: string, perSecond: number): void {
    this.#limits.set(operation, { perSecond, calls: [] });
  }

  clear(): void {
    this.#planned = [];
    this.#limits.clear();
  }

  /** Counts a call, and gives what is to go wrong with it. */
  next(operation: string): FaultAction | undefined {
    let action: FaultAction | undefined;
    for (const plan of this.#planned) {
      const { operation: only, nth = 1, times = 1 } = plan.fault;
      if (only !== undefined && only !== operation) continue;
      plan.seen += 1;
      if (plan.seen >= nth && plan.seen < nth + times) action ??= plan.fault.action;
    }
    return action ?? (this.#overLimit(operation) ? throttled : undefined);
  }

  #overLimit(operation: string): boolean {
    const limit = this.#limits.get(operation);
    if (limit === undefined) return false;
    const at = Date.now();
    limit.calls = limit.calls.filter((call) => at - call < 1000);
    if (limit.calls.length >= limit.perSecond) return true;
    limit.calls.push(at);
    return false;
  }
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html */
const throttled: FaultAction = { type: 'error', code: 'TooManyRequestsException', message: 'Rate exceeded' };

export function refuse(action: Extract<FaultAction, { type: 'error' }>): never {
  throw new CognitoError(action.code, action.message ?? `A ${action.code} on demand.`, action.status);
}
