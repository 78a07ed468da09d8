// Loads a bundle as Lambda does, and says what it took: milliseconds, those of them on a processor, and megabytes resident afterwards.
const [, , bundle] = process.argv;
const before = process.cpuUsage();
const started = performance.now();
require(bundle);
const ms = performance.now() - started;
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({ ms, cpuMs: (user + system) / 1000, megabytes: process.memoryUsage().rss / 1e6 }),
);
// A client's timer or socket must not keep the process.
process.exit();
