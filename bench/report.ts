import { limit, limitedCalls } from './at-once.ts';
import { callsOnPath, type Operation } from './calls-on-path.ts';
import { addedMs } from './operations.ts';
import { plot } from './plot.ts';
import type { Results } from './results.ts';
import type { Spread } from './statistics.ts';

const operationNames: Readonly<Record<Operation, string>> = {
  create: 'Create',
  unchanged: 'Update, no change',
  update: 'Update in place',
  delete: 'Delete',
};
const operations: readonly Operation[] = ['create', 'unchanged', 'update', 'delete'];

/** The plots, by file name. */
export function plots({ coldStart, operations: timed, atOnce }: Results): Readonly<Record<string, string>> {
  return {
    'cold-start.svg': plot(
      'Loading, against the AWS clients alone (min, median, max)',
      [
        { label: 'shipped: time', spread: coldStart.shipped.time },
        { label: 'shipped: memory', spread: coldStart.shipped.memory },
        { label: 'in a release: time', spread: coldStart.released.time },
        { label: 'in a release: memory', spread: coldStart.released.memory },
        { label: 'whole Okta SDK: time', spread: coldStart['whole-sdk'].time },
        { label: 'whole Okta SDK: memory', spread: coldStart['whole-sdk'].memory },
      ],
      { floor: 1 },
    ),
    'operations.svg': plot(
      `Each operation, against its critical path × ${addedMs} ms (min, median, max)`,
      (['warm', 'cold'] as const).flatMap((kind) =>
        operations.map((operation) => ({
          label: `${operationNames[operation]}, ${kind}`,
          spread: timed[kind][operation].bound,
        })),
      ),
      { bound: 1 },
    ),
    'at-once.svg': plot(
      'Creates at once, against the rate limit’s bound (min, median, max)',
      atOnce.map(({ federations, bound }) => ({ label: `${federations} at once`, spread: bound })),
      { bound: 1 },
    ),
  };
}

/** docs/performance.md. */
export function report(results: Results): string {
  const { coldStart, operations: timed, atOnce, memory, node, machine } = results;
  return `# Performance

Written by \`make bench\` from [bench/results.json](../bench/results.json): Node ${node.slice(1)}, ${machine}. Every figure is a
ratio within one run, so that machines can be compared: minimum / **median** / maximum of ${coldStart.shipped.time.of} measurements.
What CI holds the function to is in [cold-start.test.ts](../test/loopback/build/cold-start.test.ts) and
[calls.test.ts](../test/virtual/at-the-doors/calls.test.ts).

## Cold start

![](images/cold-start.svg)

The floor is the AWS clients for Cognito, Secrets Manager and DynamoDB, bundled alone. Each is loaded in a process of its own, by
turns, with every client that an event needs constructed.

| | time | memory | zipped |
|---|---|---|---|
| floor | 1 | 1 | ${coldStart.shipped.zippedFloor} KB |
| shipped | ${ratios(coldStart.shipped.time)} | ${ratios(coldStart.shipped.memory)} | ${coldStart.shipped.zipped} KB |
| the same, in a release | ${ratios(coldStart.released.time)} | ${ratios(coldStart.released.memory)} | ${coldStart.released.zipped} KB |
| with Okta's SDK as it comes | ${ratios(coldStart['whole-sdk'].time)} | ${ratios(coldStart['whole-sdk'].memory)} | ${coldStart['whole-sdk'].zipped} KB |

A release has the code packed in its template. CloudFormation accepts templates of 1 MB. The function unpacks what a start needs, by Node's
own Brotli: [inline-code.ts](../build/release/inline-code.ts).

What makes the difference: Okta's SDK is cut to the calls that are used ([okta-sdk.ts](../build/okta-sdk.ts)); the AWS SDK goes
without what Lambda never uses ([aws-sdk.ts](../build/aws-sdk.ts)); zod is used by its functions, and a bundler keeps only those that
are called; and what only private keys or roles of other accounts need is in files of its own ([own-files.ts](../build/own-files.ts)).
The last two matter beyond their size: a module that is imported both at once and by \`import()\` must be wrapped, with all that it
imports, and V8 then reads it twice. A start builds no schema of what comes later: those that every event needs are built while
its first requests are under way ([lazily.ts](../src/lazily.ts)). Requests to Okta use Node's own \`https\`, which the AWS SDK has loaded already: the first
\`fetch\` of a process takes some ten times the processor time of a first request by \`https\`, and a seventh more memory.

\`NODE_COMPILE_CACHE\` is not shipped. V8's code cache would save about a fifth more, but it is good for one build of Node, one
kind of processor and one user ID only: a build elsewhere, or Lambda's next update of Node, makes it dead weight.

## Operations

![](images/operations.svg)

${addedMs} ms are added to every remote call, and the bound is the number of calls on the critical path
([how it works](how-it-works.md#what-waits-for-what)) times that. The second figure is against what those calls took in fact, the work
of the servers included: the rest is the function's own. *Cold* is the first event of a process.

| | calls on the path | warm: bound | warm: calls | cold: bound | cold: calls |
|---|---|---|---|---|---|
${operations
  .map(
    (operation) =>
      `| ${operationNames[operation]} | ${callsOnPath[operation]} | ${ratios(timed.warm[operation].bound)} | ${ratios(timed.warm[operation].remote)} | ${ratios(timed.cold[operation].bound)} | ${ratios(timed.cold[operation].remote)} |`,
  )
  .join('\n')}

## Many at once

![](images/at-once.svg)

Creates that begin at the same moment, in one Okta org that allows ${limit.calls} calls in ${limit.seconds} seconds on \`/api/v1/apps\` and below. Each Create
makes ${limitedCalls} of them. The bound is the windows that must pass until the limit lets the last one through, or else the critical path. All
run in one process beside the servers that they call, on one machine: if no limit slows them down, the machine does. On Lambda
each has a function of its own.

| federations | bound | time to bound | memory, to one alone | calls each |
|---|---|---|---|---|
${atOnce
  .map(
    ({ federations, bound, boundMs, callsEach, memory: held }) =>
      `| ${federations} | ${(boundMs / 1000).toFixed(2)} s | ${ratios(bound)} | ${ratios(held)} | ${callsEach.min.toFixed(1)} / **${callsEach.median.toFixed(1)}** / ${callsEach.max.toFixed(1)} |`,
  )
  .join('\n')}

## Memory setting and cost

Lambda gives processor time in proportion to memory, one processor at 1,769 MB. Computed for a Create as a function's first event, from
the processor time that it took on this machine and ${addedMs} ms for each call on the critical path, at the price of arm64 in us-east-1:

| memory | time, to 1,024 MB | cost, to 1,024 MB | one Create |
|---|---|---|---|
${memory
  .map(({ megabytes, ms, dollars }) => {
    const most = memory.at(-1);
    return `| ${megabytes} MB | ${(ms / (most?.ms ?? 1)).toFixed(2)} | ${(dollars / (most?.dollars ?? 1)).toFixed(2)} | $${dollars.toFixed(7)} |`;
  })
  .join('\n')}

CloudFormation waits for each event, so a thousandth of a cent is well spent: the provider stack sets 1,024 MB.
`;
}

function ratios({ min, median, max }: Spread): string {
  return `${min.toFixed(2)} / **${median.toFixed(2)}** / ${max.toFixed(2)}`;
}
