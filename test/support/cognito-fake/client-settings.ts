import { z } from 'zod';

const unit = z.enum(['seconds', 'minutes', 'hours', 'days']);
const names = z.array(z.string()).max(100);

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html */
export const clientSettings = z.strictObject({
  ClientName: z.string().min(1).max(128).optional(),
  RefreshTokenValidity: z.number().int().min(0).max(315360000).optional(),
  AccessTokenValidity: z.number().int().min(1).max(86400).optional(),
  IdTokenValidity: z.number().int().min(1).max(86400).optional(),
  TokenValidityUnits: z
    .strictObject({ AccessToken: unit, IdToken: unit, RefreshToken: unit })
    .partial()
    .optional(),
  ReadAttributes: names.optional(),
  WriteAttributes: names.optional(),
  ExplicitAuthFlows: names.optional(),
  // No bound is documented: as many as a pool has, which is 300.
  SupportedIdentityProviders: z.array(z.string()).optional(),
  CallbackURLs: names.optional(),
  LogoutURLs: names.optional(),
  DefaultRedirectURI: z.string().optional(),
  AllowedOAuthFlows: z
    .array(z.enum(['code', 'implicit', 'client_credentials']))
    .max(3)
    .optional(),
  AllowedOAuthScopes: z.array(z.string()).max(50).optional(),
  AllowedOAuthFlowsUserPoolClient: z.boolean().optional(),
  AnalyticsConfiguration: z
    .strictObject({
      ApplicationId: z.string(),
      ApplicationArn: z.string(),
      RoleArn: z.string(),
      ExternalId: z.string(),
      UserDataShared: z.boolean(),
    })
    .partial()
    .optional(),
  PreventUserExistenceErrors: z.enum(['LEGACY', 'ENABLED']).optional(),
  EnableTokenRevocation: z.boolean().optional(),
  EnablePropagateAdditionalUserContextData: z.boolean().optional(),
  AuthSessionValidity: z.number().int().min(3).max(15).optional(),
  RefreshTokenRotation: z
    .strictObject({
      Feature: z.enum(['ENABLED', 'DISABLED']),
      RetryGracePeriodSeconds: z.number().int().min(0).max(60).optional(),
    })
    .optional(),
});

/**
 * UpdateUserPoolClient's input. AWS's own clients refuse to send a field that the operation does not have, such as
 * the `ClientSecret`, `CreationDate` and `LastModifiedDate` of DescribeUserPoolClient; so does the fake.
 */
export const updateClientInput = z.strictObject({
  UserPoolId: z.string(),
  ClientId: z.string(),
  ...clientSettings.shape,
});

export type ClientSettings = z.infer<typeof clientSettings>;

/** What Cognito sets if a request omits a field. https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-updating.html */
export const defaults: ClientSettings = {
  RefreshTokenValidity: 30,
  TokenValidityUnits: {},
  AllowedOAuthFlowsUserPoolClient: false,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: false,
  AuthSessionValidity: 3,
};

/** Without what is unset: an empty list is no setting. */
export function present(given: ClientSettings): ClientSettings {
  return clientSettings.parse(
    Object.fromEntries(
      Object.entries(given).filter(
        ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
      ),
    ),
  );
}
