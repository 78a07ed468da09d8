import {
  UpdateUserPoolClientCommand,
  type UpdateUserPoolClientRequest,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { ask, type Cognito } from './client.ts';
import { describeIdentityProvider } from './identity-providers.ts';
import { writing } from './lossless.ts';
import { refusedKey } from './refused-key.ts';

/** AWS denied an update of an app client whose AnalyticsConfiguration names a role. */
export class PassRoleError extends Error {
  override readonly name = 'PassRoleError';
}

/** What an update takes. A refusal of one of these is about its value, so it is never left out. */
const updatable: Readonly<Record<keyof UpdateUserPoolClientRequest, true>> = {
  UserPoolId: true,
  ClientId: true,
  ClientName: true,
  RefreshTokenValidity: true,
  AccessTokenValidity: true,
  IdTokenValidity: true,
  TokenValidityUnits: true,
  ReadAttributes: true,
  WriteAttributes: true,
  ExplicitAuthFlows: true,
  SupportedIdentityProviders: true,
  CallbackURLs: true,
  LogoutURLs: true,
  DefaultRedirectURI: true,
  AllowedOAuthFlows: true,
  AllowedOAuthScopes: true,
  AllowedOAuthFlowsUserPoolClient: true,
  AnalyticsConfiguration: true,
  PreventUserExistenceErrors: true,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: true,
  AuthSessionValidity: true,
  RefreshTokenRotation: true,
};

/**
 * Sets the providers of an app client. Two refusals are not about this change, and are worked around:
 *
 * | Cognito refuses | then |
 * |---|---|
 * | the name of another provider, because that provider no longer exists | leave the name out if DescribeIdentityProvider confirms it |
 * | a key that AWS has added to the description only | leave the key out |
 *
 * Each round leaves one more name or key out, so the rounds end.
 * @param client the app client as Cognito described it.
 * @returns the providers that Cognito's answer lists.
 */
export async function updateProviders(
  cognito: Cognito,
  client: UserPoolClientType,
  wanted: readonly string[],
): Promise<readonly string[]> {
  const before = client.SupportedIdentityProviders ?? [];
  let names = wanted;
  const settings = { ...client };
  for (;;) {
    try {
      return await update(cognito, settings, names);
    } catch (error) {
      const key = refusedKey(
        error,
        Object.keys(settings).filter((name) => !Object.hasOwn(updatable, name)),
      );
      const dead = deadProvider(
        error,
        names.filter((name) => before.includes(name)),
      );
      if (key !== undefined) Reflect.deleteProperty(settings, key);
      else if (dead !== undefined && (await isGone(cognito, client.UserPoolId, dead)))
        names = names.filter((name) => name !== dead);
      else throw error;
    }
  }
}

/**
 * To send a setting back that names a role may need the right to pass that role.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
function explained(error: unknown, { ClientId, AnalyticsConfiguration }: UserPoolClientType): unknown {
  const roleArn = AnalyticsConfiguration?.RoleArn;
  if (!roleArn || !(error instanceof Error) || error.name !== 'AccessDeniedException') return error;
  return new PassRoleError(
    `The provider's role may not update app client ${ClientId}: ${error.message.replace(/\.$/, '')}. The app client sends analytics with the role ${roleArn}. Allow iam:PassRole on that role.`,
    { cause: error },
  );
}

/** Finds the name in "The provider X does not exist for User Pool …". */
function deadProvider(error: unknown, names: readonly string[]): string | undefined {
  if (!(error instanceof Error) || error.name !== 'InvalidParameterException') return undefined;
  return names.find((name) => error.message.includes(`provider ${name} does not exist`));
}

async function isGone(cognito: Cognito, userPoolId: string | undefined, name: string): Promise<boolean> {
  return userPoolId !== undefined && !(await describeIdentityProvider(cognito, userPoolId, name));
}

/**
 * UpdateUserPoolClient sets everything that it is not sent back to its default, so everything that was read goes back
 * except the three fields that it does not take: also what this release's SDK does not know.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html
 */
async function update(
  cognito: Cognito,
  client: UserPoolClientType,
  supportedIdentityProviders: readonly string[],
): Promise<readonly string[]> {
  const { ClientSecret, CreationDate, LastModifiedDate, UserPoolId, ClientId, ...settings } = client;
  const command = writing(
    new UpdateUserPoolClientCommand({
      ...settings,
      UserPoolId,
      ClientId,
      SupportedIdentityProviders: [...supportedIdentityProviders],
    }),
  );
  const answer = await ask(cognito, (sender, options) => sender.send(command, options)).catch(
    (error: unknown) => {
      throw explained(error, client);
    },
  );
  return answer.UserPoolClient?.SupportedIdentityProviders ?? [];
}
