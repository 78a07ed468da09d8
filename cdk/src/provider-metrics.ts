import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, type IConstruct } from 'constructs';

/** A provider of `Custom::OktaCognitoIdp`: the function that answers CloudFormation. */
export interface IOktaFederationProvider extends IConstruct {
  /** The ARN of the function. */
  readonly serviceToken: string;

  /**
   * A metric of the provider, for all its federations.
   *
   * @param metricName such as `Failure`: docs/operations.md lists them
   */
  metric(metricName: string, props?: MetricOptions): Metric;

  /** How many events of stacks succeeded. By default the sum over 5 minutes. */
  metricSuccess(props?: MetricOptions): Metric;

  /** How many events of stacks failed. By default the sum over 5 minutes. */
  metricFailure(props?: MetricOptions): Metric;

  /** How long an event takes, in milliseconds. By default the average over 5 minutes. */
  metricDuration(props?: MetricOptions): Metric;

  /** How many calls went to Okta, Cognito and other services. By default the sum over 5 minutes. */
  metricRemoteCalls(props?: MetricOptions): Metric;

  /** How many calls were repeated. By default the sum over 5 minutes. */
  metricRetries(props?: MetricOptions): Metric;

  /** How many events CloudFormation did not confirm. By default the sum over 5 minutes. */
  metricRefusedEvents(props?: MetricOptions): Metric;

  /** 1 if people can sign in through each federation, 0 if not. By default the minimum over an hour. */
  metricSignInWorks(props?: MetricOptions): Metric;

  /** 1 if a federation differs from its template, 0 if none does. By default the maximum over an hour. */
  metricDrifted(props?: MetricOptions): Metric;

  /** The age of the oldest client secret, in days. By default the maximum over an hour. */
  metricSecretAgeDays(props?: MetricOptions): Metric;
}

/** The metrics that each provider has. */
export abstract class OktaFederationProviderBase extends Construct implements IOktaFederationProvider {
  public abstract readonly serviceToken: string;

  /** The name of the provider's stack, a dimension of its metrics. Unknown for some imported providers. */
  protected abstract readonly providerStackName?: string;

  public metric(metricName: string, props?: MetricOptions): Metric {
    if (this.providerStackName === undefined) {
      throw new Error(
        `${this.node.path} has no metrics, because the name of its stack is unknown. Set stackName when you import the provider.`,
      );
    }
    return new Metric({
      namespace: 'OktaCognitoIdp',
      metricName,
      dimensionsMap: { Provider: this.providerStackName, service: 'okta-cognito-idp' },
      ...props,
    }).attachTo(this);
  }

  public metricSuccess(props?: MetricOptions): Metric {
    return this.metric('Success', { statistic: Stats.SUM, ...props });
  }

  public metricFailure(props?: MetricOptions): Metric {
    return this.metric('Failure', { statistic: Stats.SUM, ...props });
  }

  public metricDuration(props?: MetricOptions): Metric {
    return this.metric('Duration', { statistic: Stats.AVERAGE, ...props });
  }

  public metricRemoteCalls(props?: MetricOptions): Metric {
    return this.metric('RemoteCalls', { statistic: Stats.SUM, ...props });
  }

  public metricRetries(props?: MetricOptions): Metric {
    return this.metric('Retries', { statistic: Stats.SUM, ...props });
  }

  public metricRefusedEvents(props?: MetricOptions): Metric {
    return this.metric('RefusedEvents', { statistic: Stats.SUM, ...props });
  }

  public metricSignInWorks(props?: MetricOptions): Metric {
    return this.metric('SignInWorks', { statistic: Stats.MINIMUM, period: Duration.hours(1), ...props });
  }

  public metricDrifted(props?: MetricOptions): Metric {
    return this.metric('Drifted', { statistic: Stats.MAXIMUM, period: Duration.hours(1), ...props });
  }

  public metricSecretAgeDays(props?: MetricOptions): Metric {
    return this.metric('SecretAgeDays', { statistic: Stats.MAXIMUM, period: Duration.hours(1), ...props });
  }
}
