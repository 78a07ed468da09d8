import type { AssumableRole } from '../aws/role.ts';
import type { TrustSettings } from '../cloudformation/confirm.ts';
import type { Allotment } from '../cloudformation/deadline.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import { type Cognito, connectCognito } from '../cognito/client.ts';
import type { LeaseTable } from '../lease/table.ts';
import { connectOkta, type Okta } from '../okta/client.ts';
import type { Headroom } from '../okta/headroom.ts';
import type { OwnCreates } from '../okta/own-creates.ts';
import { eager } from './all-of.ts';
import type { FederationRecord } from './journal/records.ts';
import type { OktaSecrets } from './observe/okta-secret.ts';
import type { AdoptionMode } from './plan/consent.ts';
import type { ReadPolicy } from './policy/read.ts';
import type { Properties } from './properties/properties.ts';

/** What the provider stack gives the function. */
export interface Services {
  readonly leases: LeaseTable;
  readonly secrets: OktaSecrets;
  /** The provider stack's own Okta secret. */
  readonly oktaSecretId: string;
  /** What it takes to adopt an Okta application. */
  readonly adoption: AdoptionMode;
  /** The operator's policy. */
  readonly policy: ReadPolicy;
  /** What this event has just created: Okta's servers may not all know it yet. */
  readonly ownCreates?: OwnCreates;
  /** The accounts whose events are accepted. */
  readonly trust: TrustSettings;
  /** Set for work that can wait, such as the watch: it leaves half of Okta's rate limits to others. */
  readonly headroom?: Headroom;
  /** For the log; it never gets a secret. */
  readonly log: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, error: unknown) => void;
}

/** Which user pool, as which role, and which Okta org. */
export interface Target {
  readonly userPoolId: string;
  readonly secretId?: string | undefined;
  readonly roleArn?: string | undefined;
}

/** Where a template wants a federation. */
export function targetOf({ UserPoolId, OktaSecretId, RoleArn }: Properties): Target {
  return { userPoolId: UserPoolId, secretId: OktaSecretId, roleArn: RoleArn };
}

/** Where a federation of the journal is. */
export function targetOfRecord({ application, provider }: FederationRecord): Target {
  return { userPoolId: provider.userPoolId, secretId: application.secretId, roleArn: provider.roleArn };
}

/** Both sides, bound to the time there is. */
export interface Connections {
  readonly cognito: Cognito;
  /** A promise: the Okta secret is read while Cognito is asked. */
  readonly okta: Promise<Okta>;
  readonly leases: LeaseTable;
  readonly log: Services['log'];
  readonly time: Allotment;
}

export function connect(
  services: Services,
  request: CustomResourceRequest,
  { userPoolId, secretId, roleArn }: Target,
  time: Allotment,
): Connections {
  const credentials = services.secrets.read(secretId ?? services.oktaSecretId, time.signal);
  const okta = eager(
    credentials.then((read) =>
      connectOkta(read, {
        signal: time.signal,
        deadline: () => time.endsAt,
        ...(services.ownCreates ? { ownCreates: services.ownCreates } : {}),
        headroom: services.headroom,
      }),
    ),
  );
  const role: AssumableRole | undefined = roleArn
    ? {
        arn: roleArn,
        sessionName: 'okta-cognito-idp',
        externalId: externalId(request),
        namedBy: 'RoleArn',
      }
    : undefined;
  const cognito = connectCognito(userPoolId, time.signal, role);
  return { cognito, okta, leases: services.leases, log: services.log, time };
}

/**
 * The trust policy of a role in another account names this, so that no other stack can make the provider assume the role.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function externalId({ stackId, stackName, logicalResourceId }: CustomResourceRequest): string {
  const [, , , region, account] = stackId.split(':');
  return `${account}/${region}/${stackName}/${logicalResourceId}`;
}
