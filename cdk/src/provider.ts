import * as path from 'node:path';
import { CfnStack, Fn, Names, Stack } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { completeArn } from './complete-arn';
import { type OktaFederationProviderOptions, parametersOf } from './generated/provider-options';
import { type IOktaFederationProvider, OktaFederationProviderBase } from './provider-metrics';

/** Properties of `OktaFederationProvider`. */
export interface OktaFederationProviderProps extends OktaFederationProviderOptions {
  /**
   * The secret with the Okta credentials.
   * @default - the provider creates an empty secret; run the command in `oktaSecretCommand` to fill it
   */
  readonly oktaSecret?: ISecret;

  /**
   * The VPC to run the functions in. They must reach Okta, the user pools' domains and AWS.
   * @default - the functions run outside of a VPC
   */
  readonly vpc?: IVpc;

  /**
   * The subnets of the VPC.
   * @default - the VPC's default, which is its private subnets
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the functions.
   * @default - a new one if there is a VPC, which allows all outbound and no inbound traffic
   */
  readonly securityGroups?: ISecurityGroup[];
}

/** How to find a provider that is deployed outside of this app. */
export interface OktaFederationProviderImport {
  /**
   * The name under which the provider's stack exports its ServiceToken.
   * @default - okta-cognito-idp-ServiceToken
   */
  readonly exportName?: string;

  /**
   * The name of the provider's stack, for its metrics.
   * @default - okta-cognito-idp, or none if `exportName` is given
   */
  readonly stackName?: string;
}

/** Deploys the provider of this release as a nested stack, or imports one that is deployed already. */
export class OktaFederationProvider extends OktaFederationProviderBase {
  /** A provider of the same account and region, found by the name of its export. */
  public static fromExport(
    scope: Construct,
    id: string,
    options: OktaFederationProviderImport = {},
  ): IOktaFederationProvider {
    const { exportName = 'okta-cognito-idp-ServiceToken' } = options;
    const { stackName = options.exportName === undefined ? 'okta-cognito-idp' : undefined } = options;
    return new ImportedProvider(scope, id, Fn.importValue(exportName), stackName);
  }

  /**
   * A provider found by the ARN of its function.
   *
   * @param serviceToken the output ServiceToken of the provider's stack
   * @param stackName the name of that stack, for the metrics
   */
  public static fromServiceToken(
    scope: Construct,
    id: string,
    serviceToken: string,
    stackName?: string,
  ): IOktaFederationProvider {
    return new ImportedProvider(scope, id, serviceToken, stackName);
  }

  public readonly serviceToken: string;

  /** The role of the provider, for the trust policy of a role in another account. */
  public readonly providerRoleArn: string;

  /** The role of the watch, for the trust policy of a role in another account. */
  public readonly watchRoleArn: string;

  /** The URL of the watch's queue, to which the command `rotate` sends. */
  public readonly watchQueueUrl: string;

  /** The version of the provider. */
  public readonly version: string;

  /** The secret with the Okta credentials: `oktaSecret`, or the one that the provider created. */
  public readonly oktaSecret: ISecret;

  /** The command that puts the Okta credentials in the secret. */
  public readonly oktaSecretCommand: string;

  /** The name of the table with the journal; the table stays when the provider is deleted. */
  public readonly journalTableName: string;

  protected readonly providerStackName?: string;

  constructor(scope: Construct, id: string, props: OktaFederationProviderProps = {}) {
    super(scope, id);
    admitLogs(props.encryptionKey);
    const template = new Asset(this, 'Template', {
      path: path.join(__dirname, '..', 'release', 'okta-cognito-idp.yaml'),
    });
    const stack = new CfnStack(this, 'Resource', {
      templateUrl: template.httpUrl,
      parameters: given({
        // An export's name is unique in an account and region, so each app needs its own.
        ExportName: `okta-cognito-idp-${Names.uniqueResourceName(this, { maxLength: 200 })}`,
        ...given(parametersOf(props)),
        OktaSecretArn: props.oktaSecret && completeArn(props.oktaSecret),
        OktaSecretKmsKeyArn: props.oktaSecret?.encryptionKey?.keyArn,
        ...this.networkOf(props),
      }),
    });
    const output = (name: string) => stack.getAtt(`Outputs.${name}`).toString();
    this.serviceToken = output('ServiceToken');
    this.providerRoleArn = output('ProviderRoleArn');
    this.watchRoleArn = output('WatchRoleArn');
    this.watchQueueUrl = output('WatchQueueUrl');
    this.version = output('Version');
    this.oktaSecretCommand = output('OktaSecretCommand');
    this.journalTableName = output('JournalTableName');
    this.oktaSecret =
      props.oktaSecret ?? Secret.fromSecretCompleteArn(this, 'OktaSecret', output('OktaSecretArn'));
    // arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<UUID>
    this.providerStackName = Fn.select(1, Fn.split('/', stack.ref));
  }

  private networkOf({ vpc, vpcSubnets, securityGroups }: OktaFederationProviderProps) {
    if (vpc === undefined) {
      if (vpcSubnets === undefined && securityGroups === undefined) return {};
      throw new Error(
        `${this.node.path} has vpcSubnets or securityGroups but no vpc. Set vpc, or remove both.`,
      );
    }
    const groups = securityGroups ?? [
      new SecurityGroup(this, 'SecurityGroup', { vpc, description: 'The functions of okta-cognito-idp' }),
    ];
    return {
      SubnetIds: vpc.selectSubnets(vpcSubnets).subnetIds.join(','),
      SecurityGroupIds: groups.map(({ securityGroupId }) => securityGroupId).join(','),
    };
  }
}

class ImportedProvider extends OktaFederationProviderBase {
  public readonly serviceToken: string;
  protected readonly providerStackName?: string;

  constructor(scope: Construct, id: string, serviceToken: string, stackName: string | undefined) {
    super(scope, id);
    this.serviceToken = serviceToken;
    if (stackName !== undefined) this.providerStackName = stackName;
  }
}

/**
 * Lets CloudWatch Logs use a key that the app creates. The policy of an imported key does not change.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
function admitLogs(key: IKey | undefined): void {
  if (key === undefined) return;
  const { region, account, partition } = Stack.of(key);
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:*`,
        },
      },
    }),
    true,
  );
}

/** A parameter without a value keeps its default. */
function given(parameters: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}
