/** Bundles what mutation testing runs, of the sources as they are then: the functions as they are shipped, and what tests bundle. */
import { bundleLambda } from './lambda.ts';

await Promise.all([
  bundleLambda('src/provider.ts', '.aws-sam/build/ProviderFunction'),
  bundleLambda('src/failsafe.ts', '.aws-sam/build/FailsafeFunction'),
  bundleLambda('src/watch.ts', '.aws-sam/build/WatchFunction'),
  bundleLambda('test/support/virtual/diagnosis.ts', '.aws-sam/build/Diagnosis'),
  bundleLambda('test/support/virtual/preview.ts', '.aws-sam/build/Preview'),
]);
