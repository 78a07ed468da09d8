/** Bundles what mutation testing runs, of the sources as they are then: both functions as they are shipped, and the diagnosis. */
import { bundleLambda } from './lambda.ts';

await Promise.all([
  bundleLambda('src/provider.ts', '.aws-sam/build/ProviderFunction'),
  bundleLambda('src/failsafe.ts', '.aws-sam/build/FailsafeFunction'),
  bundleLambda('test/support/virtual/diagnosis.ts', '.aws-sam/build/Diagnosis'),
]);
