// Loads a bundle as Lambda does, and says what it took: milliseconds, and megabytes resident afterwards.
const [, , bundle] = process.argv;
const started = performance.now();
require(bundle);
const ms = performance.now() - started;
console.log(JSON.stringify({ ms, megabytes: process.memoryUsage().rss / 1e6 }));
// A client's timer or socket must not keep the process.
process.exit();
