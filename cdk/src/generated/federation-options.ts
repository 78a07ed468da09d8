// Written by `npm run generate` from src/federation/properties. Do not edit.

import type { Duration } from 'aws-cdk-lib';
import type { OktaAccess } from '../access';
import type { OktaIssuer } from '../issuer';
import type { OktaVerification } from '../verification';

/** The HTTP method with which Cognito calls Okta's userinfo endpoint. */
export enum OktaAttributesRequestMethod {
  /** `GET` */
  GET = 'GET',
  /** `POST` */
  POST = 'POST',
}

/** Rotates the client secret between deploys, with no downtime. */
export interface OktaSecretRotation {
  /** The age in days at which the client secret is rotated, from 1 to 1000. */
  readonly automaticallyAfter: Duration;
}

/** At the deletion of the resource: `Retain` puts the application and the provider back to what was found, `Delete` deletes both. If the deployment that adopts is rolled back, both are put back. */
export enum OktaAdoptOnDelete {
  /** `Retain` */
  RETAIN = 'Retain',
  /** `Delete` */
  DELETE = 'Delete',
}

/** Takes over an existing Okta application and, with it, the pool's provider of that name. */
export interface OktaAdopt {
  /** The ID of the Okta application to take over. */
  readonly applicationId: string;

  /**
   * At the deletion of the resource: `Retain` puts the application and the provider back to what was found, `Delete` deletes both. If the deployment that adopts is rolled back, both are put back.
   * @default - Retain
   */
  readonly onDelete?: OktaAdoptOnDelete;
}

/** What a federation may set besides the pool, its domain and its app clients. */
export interface OktaFederationOptions {
  /**
   * How many seconds CloudFormation waits for an answer, from 1 to 3600. The function answers earlier.
   * @default - none
   */
  readonly serviceTimeout?: Duration;

  /**
   * The name of the identity provider in the pool: 3 to 32 characters, no space, underscore or vertical bar. A change replaces the resource.
   * @default - Okta
   */
  readonly providerName?: string;

  /**
   * The application's name in Okta. If none is given, a later rename in Okta stays.
   * @default - <stack name> <logical ID>
   */
  readonly applicationLabel?: string;

  /**
   * Who may sign in: `Everyone`, `Nobody`, `FederationBrokerMode` (immediate access with Federation Broker Mode), or a list of Okta group names or IDs.
   * @default - Everyone
   */
  readonly access?: OktaAccess;

  /**
   * The name or ID of an Okta authentication policy. The default is the org's.
   * @default - none
   */
  readonly authenticationPolicy?: string;

  /**
   * `OrgUrl`, `CustomUrl`, `Dynamic`, an issuer URL of the org, or the ID of a custom authorization server.
   * @default - OrgUrl
   */
  readonly issuer?: OktaIssuer;

  /**
   * The scopes that Cognito requests from Okta. They must contain `openid`.
   * @default - openid email profile
   */
  readonly scopes?: string[];

  /**
   * ID-token claims that Okta issues to this application: claim name → Okta expression, at most 100.
   * @default - none
   */
  readonly claims?: { [name: string]: string };

  /**
   * User pool attribute ← Okta claim, at most 100.
   * @default - email: email, family_name: family_name, given_name: given_name
   */
  readonly attributeMapping?: { [name: string]: string };

  /**
   * The HTTP method with which Cognito calls Okta's userinfo endpoint.
   * @default - GET
   */
  readonly attributesRequestMethod?: OktaAttributesRequestMethod;

  /**
   * At most 50 identifiers, such as e-mail domains, by which managed login picks this provider from what the user types.
   * @default - none
   */
  readonly idpIdentifiers?: string[];

  /**
   * The https URLs to which Okta may send the browser after a sign-out.
   * @default - none
   */
  readonly postLogoutRedirectUris?: string[];

  /**
   * The https URL that the application's tile on the Okta dashboard opens: the app's page that starts a sign-in.
   * @default - none
   */
  readonly initiateLoginUri?: string;

  /**
   * The https URL of the logo that Okta shows for the application.
   * @default - none
   */
  readonly logoUri?: string;

  /**
   * A note for the administrators of the Okta org, at most 1000 characters.
   * @default - none
   */
  readonly notes?: string;

  /**
   * The ARN or name of another Okta org's secret. The provider's role must be allowed to read it.
   * @default - the provider stack's secret
   */
  readonly oktaSecretId?: string;

  /**
   * The ARN of a role to assume for a pool in another account. Its external ID is `<account>/<region>/<stack name>/<logical ID>`.
   * @default - none
   */
  readonly roleArn?: string;

  /**
   * Any text. A new value rotates the client secret with no downtime.
   * @default - none
   */
  readonly secretVersion?: string;

  /**
   * Rotates the client secret between deploys, with no downtime.
   * @default - none
   */
  readonly secretRotation?: OktaSecretRotation;

  /**
   * Takes over an existing Okta application and, with it, the pool's provider of that name.
   * @default - none
   */
  readonly adopt?: OktaAdopt;

  /**
   * `true` activates an application that is inactive in Okta. Without it, that is an error.
   * @default - none
   */
  readonly active?: boolean;

  /**
   * Whether the sign-in path is probed: `true`, `false`, or `OktaOnly` to skip the probe of the Cognito domain.
   * @default - true
   */
  readonly verify?: OktaVerification;

  /**
   * Any value. A change makes CloudFormation send an Update and has no other effect.
   * @default - none
   */
  readonly trigger?: unknown;
}

export function propertiesOf(options: OktaFederationOptions): Record<string, unknown> {
  return {
    ServiceTimeout: options.serviceTimeout?.toSeconds(),
    ProviderName: options.providerName,
    ApplicationLabel: options.applicationLabel,
    Access: options.access?._property,
    AuthenticationPolicy: options.authenticationPolicy,
    Issuer: options.issuer?._property,
    Scopes: options.scopes,
    Claims: options.claims,
    AttributeMapping: options.attributeMapping,
    AttributesRequestMethod: options.attributesRequestMethod,
    IdpIdentifiers: options.idpIdentifiers,
    PostLogoutRedirectUris: options.postLogoutRedirectUris,
    InitiateLoginUri: options.initiateLoginUri,
    LogoUri: options.logoUri,
    Notes: options.notes,
    OktaSecretId: options.oktaSecretId,
    RoleArn: options.roleArn,
    SecretVersion: options.secretVersion,
    SecretRotation: options.secretRotation && {
      AutomaticallyAfterDays: options.secretRotation.automaticallyAfter.toDays(),
    },
    Adopt: options.adopt && {
      ApplicationId: options.adopt.applicationId,
      OnDelete: options.adopt.onDelete,
    },
    Active: options.active,
    Verify: options.verify,
    Trigger: options.trigger,
  };
}
