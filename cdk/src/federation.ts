import { CustomResource, Token } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type IUserPool,
  type IUserPoolClient,
  type IUserPoolDomain,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { type OktaFederationOptions, propertiesOf } from './generated/federation-options';
import { dimensionOf } from './metrics-dimension';
import { OktaFederationProvider } from './provider';
import type { IOktaFederationProvider } from './provider-metrics';

/** Properties of `OktaFederation`. */
export interface OktaFederationProps extends OktaFederationOptions {
  /** The user pool, of this app or imported. A change replaces the federation. */
  readonly userPool: IUserPool;

  /**
   * The domain of the pool. Set it if the app creates it: the federation is then created after it, and follows its changes.
   * @default - the domain that the pool has
   */
  readonly domain?: IUserPoolDomain;

  /**
   * App clients made elsewhere, to enable the provider on. For a client of this app, use `identityProvider` instead.
   * @default - none
   */
  readonly userPoolClients?: IUserPoolClient[];

  /**
   * The provider that does the work.
   * @default - the one that exports `okta-cognito-idp-ServiceToken` in the account and region of the stack
   */
  readonly provider?: IOktaFederationProvider;
}

/** Lets the users of an Okta org sign in to the apps behind a user pool. */
export class OktaFederation extends Construct {
  /** The provider that does the work. Its metrics are about all its federations. */
  public readonly provider: IOktaFederationProvider;

  /**
   * For `supportedIdentityProviders` of an app client of this app, which is then created after the federation.
   */
  public readonly identityProvider: UserPoolClientIdentityProvider;

  /** The name of the identity provider in the user pool. */
  public readonly providerName: string;

  /** The ID of the Okta application. */
  public readonly applicationId: string;

  /** The OAuth client ID of the Okta application. */
  public readonly clientId: string;

  /** The issuer of the tokens, such as `https://acme.okta.com`. */
  public readonly issuer: string;

  /** The URL to which Okta sends the browser back: `https://<domainName>/oauth2/idpresponse`. */
  public readonly redirectUri: string;

  /** The host name of the user pool: the custom one, if the pool has one. */
  public readonly domainName: string;

  /** Signs a person in to the first of `userPoolClients`; empty if there are none. */
  public readonly signInUrl: string;

  /** Its name in the metrics and the dashboard of the provider. */
  private readonly metricsName: string;

  constructor(scope: Construct, id: string, props: OktaFederationProps) {
    super(scope, id);
    this.provider = props.provider ?? OktaFederationProvider.fromExport(this, 'Provider');
    // CDK warns if this one is among the properties. It has an option of its own.
    const { ServiceTimeout: _byOption, ...properties } = propertiesOf(props);
    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::OktaCognitoIdp',
      serviceToken: this.provider.serviceToken,
      serviceTimeout: props.serviceTimeout,
      properties: {
        UserPoolId: props.userPool.userPoolId,
        UserPoolDomain: props.domain?.domainName,
        UserPoolClientIds: props.userPoolClients?.map(({ userPoolClientId }) => userPoolClientId),
        ...properties,
      },
    });
    this.providerName = resource.getAttString('ProviderName');
    this.applicationId = resource.getAttString('ApplicationId');
    this.clientId = resource.getAttString('ClientId');
    this.issuer = resource.getAttString('Issuer');
    this.redirectUri = resource.getAttString('RedirectUri');
    this.domainName = resource.getAttString('Domain');
    this.signInUrl = resource.getAttString('SignInUrl');
    // The attribute, not the name: it orders the two, and CloudFormation sets the client again if the name changes.
    this.identityProvider = UserPoolClientIdentityProvider.custom(this.providerName);
    const { providerName = '' } = props;
    const escaped = Token.isUnresolved(providerName) ? providerName : dimensionOf(providerName.trim());
    // CloudFormation cannot escape the attribute.
    const nameInMetrics = escaped.includes('%') ? escaped : this.providerName;
    this.metricsName = `${props.userPool.userPoolId}/${nameInMetrics}`;
  }

  /** 1 if people can sign in, 0 if not, as the watch finds. By default the minimum over an hour. */
  public metricSignInWorks(props?: MetricOptions): Metric {
    return this.own(this.provider.metricSignInWorks(props));
  }

  /** 1 if the federation differs from its template, 0 if not, as the watch finds. By default the maximum over an hour. */
  public metricDrifted(props?: MetricOptions): Metric {
    return this.own(this.provider.metricDrifted(props));
  }

  /** The age of the client secret in days, as the watch finds. By default the maximum over an hour. */
  public metricSecretAgeDays(props?: MetricOptions): Metric {
    return this.own(this.provider.metricSecretAgeDays(props));
  }

  /** Narrows a metric of all federations to this one. */
  private own(metric: Metric): Metric {
    return metric.with({ dimensionsMap: { ...metric.dimensions, Federation: this.metricsName } });
  }
}
