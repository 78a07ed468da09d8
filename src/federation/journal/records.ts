import * as z from 'zod/mini';
import { lazily, neededByAll } from '../../lazily.ts';

/**
 * What the journal holds. Each ID is checked on the way out of the table too: some of them become part of a path, and an
 * administrator may have edited the item.
 */

const applicationId = lazily(() => z.string().check(z.regex(/^[0-9A-Za-z]{1,50}$/)));
const groupIds = lazily(() => z.array(z.string().check(z.regex(/^[0-9A-Za-z]{1,50}$/))));
const policyId = lazily(() => z.string().check(z.regex(/^[0-9A-Za-z]{1,50}$/)));
const clientIds = lazily(() => z.array(z.string().check(z.regex(/^[\w+]{1,128}$/))));
const texts = lazily(() => z.array(z.string()));
const json = lazily(() => z.json());

/** An Okta application that this resource made, adopted, or was about to make. */
const applicationSchema = lazily(() =>
  z.object({
    /** `OktaSecretId` of the template: which org it is in. `undefined`: the provider stack's own secret. */
    secretId: z.optional(z.string()),
    /** The org's URL; `undefined` until Okta was asked. */
    orgUrl: z.optional(z.string()),
    /** `undefined` until Okta has made it. Then the label and the name tag find it. */
    id: z.optional(applicationId()),
    label: z.string(),
    /** When this resource made it, in milliseconds since the epoch: for a while not all of Okta's servers know it. */
    madeAt: z.optional(z.number()),
    /** Groups that this resource assigned. */
    groupIds: groupIds(),
    /** Sign-in redirect URIs that this resource registered. */
    redirectUris: texts(),
    postLogoutRedirectUris: texts(),
    /** Names of the federated claims that this resource made: a name is known before Okta gives an ID. */
    claims: z._default(z.array(z.string()), []),
    /** Claims that were there before and that this resource changed: name → expression as it was. */
    claimsFound: z.optional(z.record(z.string(), z.string())),
    /** Authentication policies that this resource set, and the one that was there before, if it is known. */
    policy: z.optional(z.object({ set: z.array(policyId()), found: z.optional(policyId()) })),
    /**
     * What this resource changed in an adopted application, as it was before (`null`: it was not set). `undefined`: this
     * resource made the application.
     */
    found: z.optional(z.record(z.string(), json())),
  }),
);

/** An identity provider of a user pool that this resource made, adopted, or was about to make. */
const providerSchema = lazily(() =>
  z.object({
    userPoolId: z.string().check(z.regex(/^[\w-]{1,50}_[0-9A-Za-z]{1,50}$/)),
    providerName: z.string().check(z.regex(/^[^|]{1,32}$/)),
    /** The role for a pool in another account. */
    roleArn: z.optional(z.string()),
    /** The OAuth client that this resource set last. */
    clientId: z.optional(z.string()),
    /** App clients that this resource enabled the provider on. */
    userPoolClientIds: clientIds(),
    /** Identifiers that this resource added. */
    idpIdentifiers: texts(),
    /** What this resource changed in an adopted provider, as it was before. `undefined`: this resource made the provider. */
    found: z.optional(
      z.object({
        issuer: z.optional(z.string()),
        scopes: z.optional(texts()),
        attributesRequestMethod: z.optional(z.enum(['GET', 'POST'])),
        attributeMapping: z.optional(z.record(z.string(), z.string())),
      }),
    ),
  }),
);

const secretSchema = lazily(() =>
  z.object({
    /** The `SecretVersion` that the client secret is of. */
    version: z.optional(z.string()),
    /** When this resource set the client secret, in milliseconds since the epoch. */
    since: z.optional(z.number()),
    /** During a rotation: the IDs of the client secrets that existed before it. Any other ID is the rotation's. */
    predecessorIds: z.optional(z.array(z.string().check(z.regex(/^[0-9A-Za-z]{1,50}$/)))),
    /** During a rotation: when Cognito got the new client secret, in milliseconds since the epoch. */
    givenAt: z.optional(z.number()),
  }),
);

const resourceNameSchema = lazily(() => z.object({ stackId: z.string(), logicalResourceId: z.string() }));

const federationSchema = lazily(() =>
  z.object({
    application: applicationSchema(),
    provider: providerSchema(),
    secret: secretSchema(),
    /** The resource that this one took the federation over from with `Adopt`. */
    takenFrom: z.optional(resourceNameSchema()),
  }),
);

const properties = lazily(() => z.record(z.string(), z.unknown()));

const standingSchema = lazily(() =>
  z.object({
    ...federationSchema().shape,
    physicalResourceId: z.string(),
    /** As they came: those last fulfilled. */
    properties: properties(),
    /** A digest of the properties that were fulfilled before these: a rollback may go back to them. */
    before: z.optional(z.string()),
    /** If a Create or a replacement has reused this retained federation: its properties before. If that is rolled back, they apply again. */
    retained: z.optional(properties()),
    /** What `Fn::GetAtt` gives. */
    attributes: z.record(z.string(), z.string()),
    /** A rollback went back to another federation: this one returns what it adopted, even if its template says otherwise. */
    isReturned: z.optional(z.boolean()),
    /** The resource that took this federation over with `Adopt`. This one leaves it alone then. */
    handedTo: z.optional(resourceNameSchema()),
  }),
);

const attemptSchema = lazily(() =>
  z.object({
    requestId: z.string(),
    requestType: z.enum(['Create', 'Update', 'Delete']),
    physicalResourceId: z.optional(z.string()),
    properties: properties(),
    /** What it may have made or changed; `undefined` while that is nothing but an application under the template's label. */
    federation: z.optional(federationSchema()),
  }),
);

const answerSchema = lazily(() =>
  z.discriminatedUnion('status', [
    z.object({
      status: z.literal('SUCCESS'),
      physicalResourceId: z.string(),
      data: z.record(z.string(), z.string()),
    }),
    z.object({ status: z.literal('FAILED'), physicalResourceId: z.string(), reason: z.string() }),
  ]),
);

const answeredSchema = lazily(() =>
  z.object({
    /** A fingerprint of the whole event. */
    event: z.string(),
    requestId: z.string(),
    requestType: z.enum(['Create', 'Update', 'Delete']),
    /** When CloudFormation sent it, in milliseconds since the epoch. */
    issuedAt: z.optional(z.number()),
    answer: answerSchema(),
    /** Only the latest event has them. */
    properties: z.optional(properties()),
  }),
);

export const journalSchema = neededByAll(() =>
  z.object({
    open: z.array(attemptSchema()),
    standing: z.array(standingSchema()),
    answered: z.array(answeredSchema()),
  }),
);

export type ApplicationRecord = Readonly<z.output<ReturnType<typeof applicationSchema>>>;
export type ProviderRecord = Readonly<z.output<ReturnType<typeof providerSchema>>>;
export type SecretRecord = Readonly<z.output<ReturnType<typeof secretSchema>>>;
export type FoundSettings = NonNullable<ApplicationRecord['found']>;
export type FoundProvider = NonNullable<ProviderRecord['found']>;

/** A federation as the journal knows it: its application, its provider, its client secret. */
export type FederationRecord = Readonly<z.output<ReturnType<typeof federationSchema>>>;
export type Standing = Readonly<z.output<ReturnType<typeof standingSchema>>>;
export type Attempt = Readonly<z.output<ReturnType<typeof attemptSchema>>>;
export type Answered = Readonly<z.output<ReturnType<typeof answeredSchema>>>;
