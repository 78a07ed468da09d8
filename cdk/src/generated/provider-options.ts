// Written by `npm run generate` from the parameters in template.yaml. Do not edit.

import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import { completeArn } from '../complete-arn';

/** Which existing Okta applications a stack may take over with Adopt. WithConsent - those that consent in their admin note. Any - every application that signs people in to a web app. Never - none. */
export enum OktaProviderAdoption {
  /** `WithConsent` */
  WITH_CONSENT = 'WithConsent',
  /** `Any` */
  ANY = 'Any',
  /** `Never` */
  NEVER = 'Never',
}

/** Active - the functions are traced by AWS X-Ray. */
export enum OktaProviderTracing {
  /** `Active` */
  ACTIVE = 'Active',
  /** `PassThrough` */
  PASS_THROUGH = 'PassThrough',
}

/** What a provider may set besides its secret and its network. */
export interface OktaFederationProviderOptions {
  /**
   * The secrets of other Okta orgs, which a stack may name in OktaSecretId.
   * @default - none
   */
  readonly otherOktaSecrets?: secretsmanager.ISecret[];

  /**
   * The KMS keys that encrypt secrets in OtherOktaSecretArns or the SSM parameter in PolicyParameter. The provider may decrypt with them.
   * @default - the keys are those that AWS manages
   */
  readonly otherKmsKeys?: kms.IKey[];

  /**
   * The user pools that the provider may change.
   * @default - every user pool of this account
   */
  readonly userPools?: cognito.IUserPool[];

  /**
   * The roles of other accounts, which a stack may name in RoleArn for a user pool there.
   * @default - none
   */
  readonly assumableRoleArns?: string[];

  /**
   * Which existing Okta applications a stack may take over with Adopt. WithConsent - those that consent in their admin note. Any - every application that signs people in to a web app. Never - none.
   * @default - WithConsent
   */
  readonly adoption?: OktaProviderAdoption;

  /**
   * The SSM parameter with the rules for what each stack may do, for example /okta-cognito-idp/policy.
   * @default - no rules
   */
  readonly policyParameter?: ssm.IStringParameter;

  /**
   * The roles in other accounts. Stacks of those accounts may use the provider, and it asks CloudFormation there as that role (external ID okta-cognito-idp).
   * @default - stacks of this account only
   */
  readonly trustedAccountRoleArns?: string[];

  /**
   * The export with the ServiceToken. A name is unique in an account and region, so a second provider stack needs another one.
   * @default - okta-cognito-idp-ServiceToken
   */
  readonly exportName?: string;

  /**
   * The table with the journal of an earlier provider stack.
   * @default - the stack makes a table, and keeps it when the stack is deleted
   */
  readonly journalTable?: dynamodb.ITable;

  /**
   * How often the watch looks at each federation, for example rate(1 day) or cron(0 6 * * ? *). An empty text - never; then no client secret is rotated by its age.
   * @default - rate(1 day)
   */
  readonly watchSchedule?: string;

  /**
   * true - the watch sets a federation back to its template if it was changed by hand. false - the watch reports the change only.
   * @default - false
   */
  readonly repairDrift?: boolean;

  /**
   * The SNS topic that the alarms notify.
   * @default - the alarms only change their state
   */
  readonly alarmTopic?: sns.ITopic;

  /**
   * Active - the functions are traced by AWS X-Ray.
   * @default - PassThrough
   */
  readonly tracing?: OktaProviderTracing;

  /**
   * How many days the logs are kept.
   * @default - 90
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * How many federations the provider works on at once, reserved from the account's concurrency.
   * @default - as many as the account allows
   */
  readonly reservedConcurrency?: number;

  /**
   * Processor of the functions. arm64 costs less. Use x86_64 in a region without arm64.
   * @default - arm64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * Proxy for every request of the functions - to Okta, to the user pools' domains, to the APIs of AWS and to the S3 bucket that receives the answer.
   * @default - no proxy
   */
  readonly httpsProxy?: string;

  /**
   * Host names that are reached without HttpsProxy, for example .amazonaws.com.
   * @default - every request goes through the proxy
   */
  readonly noProxy?: string;

  /**
   * The policy that is the permissions boundary of the functions' roles.
   * @default - no boundary
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * Path of the functions' roles, for example /service-roles/.
   * @default - /
   */
  readonly rolePath?: string;

  /**
   * The KMS key that encrypts the logs, the journal, the dead-letter queue, the functions' environment variables and the secret that the stack makes. Its policy must allow CloudWatch Logs.
   * @default - keys of AWS
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The code signing configuration of the functions. If it enforces signatures, sign the code that sam build makes. The code in a release file cannot be signed.
   * @default - none
   */
  readonly codeSigningConfig?: lambda.ICodeSigningConfig;
}

export function parametersOf(options: OktaFederationProviderOptions): Record<string, unknown> {
  return {
    OtherOktaSecretArns: options.otherOktaSecrets?.map(completeArn).join(','),
    OtherKmsKeyArns: options.otherKmsKeys?.map((each) => each.keyArn).join(','),
    UserPoolArns: options.userPools?.map((each) => each.userPoolArn).join(','),
    AssumableRoleArns: options.assumableRoleArns?.join(','),
    Adoption: options.adoption,
    PolicyParameter: options.policyParameter?.parameterName,
    TrustedAccountRoleArns: options.trustedAccountRoleArns?.join(','),
    ExportName: options.exportName,
    JournalTableName: options.journalTable?.tableName,
    WatchSchedule: options.watchSchedule,
    RepairDrift: options.repairDrift?.toString(),
    AlarmTopicArn: options.alarmTopic?.topicArn,
    Tracing: options.tracing,
    LogRetentionInDays: options.logRetention?.toString(),
    ReservedConcurrency: options.reservedConcurrency?.toString(),
    Architecture: options.architecture?.name,
    HttpsProxy: options.httpsProxy,
    NoProxy: options.noProxy,
    PermissionsBoundary: options.permissionsBoundary?.managedPolicyArn,
    RolePath: options.rolePath,
    KmsKeyArn: options.encryptionKey?.keyArn,
    CodeSigningConfigArn: options.codeSigningConfig?.codeSigningConfigArn,
  };
}
