import { z } from 'zod';

export const faultSchema = z.strictObject({
  method: z.string().optional(),
  /** Regular expression on the path. */
  path: z.string().optional(),
  /** Which of the calls that match it strikes first: 1 is the next. */
  nth: z.number().int().min(1).default(1),
  /** How many calls in a row it strikes. */
  times: z.number().int().min(1).default(1),
  action: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('answer'),
      status: z.number().int(),
      body: z.unknown().optional(),
      headers: z.record(z.string(), z.string()).optional(),
    }),
    z.strictObject({ type: z.literal('reset') }),
    z.strictObject({ type: z.literal('hang'), ms: z.number().min(0).optional() }),
    z.strictObject({ type: z.literal('reset-after') }),
    z.strictObject({
      type: z.literal('answer-after'),
      status: z.number().int(),
      body: z.unknown().optional(),
      headers: z.record(z.string(), z.string()).optional(),
    }),
  ]),
});

export type Fault = z.infer<typeof faultSchema>;
export type FaultAction = Fault['action'];

/** The faults that were asked for: each strikes the calls that it names, counted from when it was set. */
export class Faults {
  #set: { fault: Fault; matched: number }[] = [];

  add(fault: Fault): void {
    this.#set.push({ fault, matched: 0 });
  }

  clear(): void {
    this.#set = [];
  }

  list(): object[] {
    return this.#set.map(({ fault, matched }) => ({ ...fault, matched }));
  }

  /** Counts a call. @returns what is to go wrong with it, if anything */
  strike(method: string, path: string): FaultAction | undefined {
    let action: FaultAction | undefined;
    for (const entry of this.#set) {
      const { fault } = entry;
      if (fault.method && fault.method.toUpperCase() !== method) continue;
      if (fault.path && !new RegExp(fault.path).test(path)) continue;
      entry.matched += 1;
      const strikes = entry.matched >= fault.nth && entry.matched < fault.nth + fault.times;
      if (strikes) action ??= fault.action;
    }
    return action;
  }
}
