// The process of a warm function: takes events on standard input, one a line, and runs each as it comes, beside those that
// are still running. Says of each how it ended and how long it took, and what the process holds and has used by then.
// Plain and bare, because what it loads itself would be counted too.
const { createInterface } = require('node:readline');

const [, , file, timeout] = process.argv;
const report = process.stdout.write.bind(process.stdout);
// The function's log goes there as well, and is not wanted.
process.stdout.write = () => true;
const { handler } = require(file);
const invokedFunctionArn = `arn:aws:lambda:${process.env.AWS_REGION}:000000000000:function:okta-cognito-idp`;

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, event } = JSON.parse(line);
  const started = performance.now();
  const getRemainingTimeInMillis = () => Number(timeout) - (performance.now() - started);
  const ended = await handler(event, { getRemainingTimeInMillis, invokedFunctionArn }).then(
    () => 'returned',
    () => 'threw',
  );
  const took = performance.now() - started;
  const { user, system } = process.cpuUsage();
  const megabytes = process.memoryUsage().rss / 1e6;
  report(`${JSON.stringify({ id, ended, took, megabytes, cpuMs: (user + system) / 1000 })}\n`);
});
