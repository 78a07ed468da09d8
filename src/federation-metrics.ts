import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Report } from './federation/watch/watch.ts';

const metrics = new Metrics({
  namespace: 'OktaCognitoIdp',
  serviceName: 'okta-cognito-idp',
  defaultDimensions: { Provider: process.env.PROVIDER_STACK ?? 'unknown' },
});

/**
 * Writes what the watch found of a federation as metrics into the log: by provider stack, for the alarms, and by federation.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function publish({ federation, signInWorks, isDrifted, secretAgeDays }: Report): void {
  metrics.addDimensions({});
  metrics.addDimensions({ Federation: dimensionOf(federation) });
  if (signInWorks !== undefined) metrics.addMetric('SignInWorks', MetricUnit.Count, signInWorks ? 1 : 0);
  metrics.addMetric('Drifted', MetricUnit.Count, isDrifted ? 1 : 0);
  if (secretAgeDays !== undefined) metrics.addMetric('SecretAgeDays', MetricUnit.NoUnit, secretAgeDays);
  metrics.publishStoredMetrics();
}

/**
 * CloudWatch takes ASCII only, and Cognito takes any letter in a provider's name. `cdk/src/metrics-dimension.ts` does the same.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 */
export function dimensionOf(federation: string): string {
  return federation.replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}
