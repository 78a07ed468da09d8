import { callsOnPath } from './calls-on-path.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const mbOfOneProcessor = 1769;

/** US dollars per GB-second, arm64, us-east-1: https://aws.amazon.com/lambda/pricing/ */
const pricePerGbSecond = 0.0000133334;

export const memorySettings = [128, 256, 512, 1024] as const;

/** One Create, as the first event of a function, at a memory setting. */
export interface AtMemory {
  readonly megabytes: number;
  /** Milliseconds that are billed. */
  readonly ms: number;
  readonly dollars: number;
}

/**
 * What a Create takes and costs at each memory setting. Lambda gives processor time in proportion to memory, so what
 * waits takes the same and what computes takes longer with less.
 * @param cpuMs of one processor, loading included.
 * @param callMs that each call on the critical path takes.
 */
export function atMemorySettings(cpuMs: number, callMs: number): AtMemory[] {
  return memorySettings.map((megabytes) => {
    const ms = callsOnPath.create * callMs + cpuMs * Math.max(1, mbOfOneProcessor / megabytes);
    return { megabytes, ms, dollars: (ms / 1000) * (megabytes / 1024) * pricePerGbSecond };
  });
}
