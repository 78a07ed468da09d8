import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Answer } from './cloudformation/response.ts';
import { neededByAll } from './lazily.ts';
import { countingRemoteCalls } from './remote-calls.ts';

const metrics = neededByAll(
  () =>
    new Metrics({
      namespace: 'OktaCognitoIdp',
      serviceName: 'okta-cognito-idp',
      // Two provider stacks in one account and region count apart.
      defaultDimensions: { Provider: process.env.PROVIDER_STACK ?? 'unknown' },
    }),
);

/**
 * Measures the work on one event. The numbers leave as one line of the log, which CloudWatch reads: no call, no right.
 * @param requestType as the event has it, untrusted.
 * @param work ends when CloudFormation is answered; gives the answer.
 * @throws what the work throws.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function measured(requestType: unknown, work: () => Promise<Answer>): Promise<void> {
  return countingRemoteCalls(async (calls) => {
    const started = performance.now();
    let succeeded = false;
    try {
      succeeded = (await work()).status === 'SUCCESS';
    } finally {
      // Two sets of dimensions: the provider stack alone, for alarms, and by request type.
      metrics().addDimensions({});
      metrics().addDimensions({ RequestType: dimension(requestType) });
      // Zero counts too: an alarm then knows that all is well, and a share can be computed.
      metrics().addMetric('Success', MetricUnit.Count, succeeded ? 1 : 0);
      metrics().addMetric('Failure', MetricUnit.Count, succeeded ? 0 : 1);
      metrics().addMetric('Duration', MetricUnit.Milliseconds, performance.now() - started);
      metrics().addMetric('RemoteCalls', MetricUnit.Count, calls.sent);
      metrics().addMetric('Retries', MetricUnit.Count, calls.repeated);
      metrics().publishStoredMetrics();
    }
  });
}

/** Counts an event that CloudFormation does not confirm, for an alarm. */
export function countRefused(): void {
  const alone = metrics().singleMetric();
  alone.addMetric('RefusedEvents', MetricUnit.Count, 1);
}

// A dimension of any other value would be a metric of its own, to be paid for.
function dimension(requestType: unknown): string {
  return requestType === 'Create' || requestType === 'Update' || requestType === 'Delete'
    ? requestType
    : 'Unknown';
}
