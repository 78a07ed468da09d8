import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { Invoke } from '../test/support/invocation.ts';

const reportSchema = z.object({
  id: z.number(),
  ended: z.enum(['returned', 'threw']),
  took: z.number(),
  megabytes: z.number(),
  cpuMs: z.number(),
});
type Report = z.infer<typeof reportSchema>;

/** A function that stays up between its events, and takes several at once, as no Lambda function does. */
export interface WarmFunction extends AsyncDisposable {
  readonly invoke: Invoke;
  /** The most that the process held at the end of an event so far, in megabytes. */
  readonly megabytes: number;
  /** What the process had used at the end of its first event, its start included, in milliseconds of one processor. */
  readonly firstCpuMs: number;
}

/**
 * Starts a bundle that stays up.
 * @param timeout the time that each event has, in milliseconds.
 */
export function startWarmFunction(
  file: string,
  environment: Readonly<Record<string, string>>,
  timeout: number,
): WarmFunction {
  const child = spawn(process.execPath, ['bench/warm-runner.cjs', path.resolve(file), String(timeout)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH ?? '', AWS_REGION: 'us-east-1', ...environment },
  });
  const waiting = new Map<number, (report: Report) => void>();
  const seen = { megabytes: 0, firstCpuMs: 0 };
  let events = 0;
  createInterface({ input: child.stdout }).on('line', (text) => {
    const report = reportSchema.parse(JSON.parse(text));
    seen.megabytes = Math.max(seen.megabytes, report.megabytes);
    seen.firstCpuMs ||= report.cpuMs;
    waiting.get(report.id)?.(report);
    waiting.delete(report.id);
  });
  return {
    get megabytes() {
      return seen.megabytes;
    },
    get firstCpuMs() {
      return seen.firstCpuMs;
    },
    async invoke(event) {
      events += 1;
      const id = events;
      const reported = new Promise<Report>((resolve) => waiting.set(id, resolve));
      child.stdin.write(`${JSON.stringify({ id, event })}\n`);
      const { ended, took } = await reported;
      return { ended, took, result: undefined, output: '' };
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    },
  };
}
