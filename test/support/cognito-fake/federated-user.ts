import { invalidParameter } from './errors.ts';
import type { AppClient, CognitoState, IdentityProvider, SchemaAttribute, UserPool } from './state.ts';

/**
 * What Cognito writes to a user's profile at a sign-in through a provider.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html
 *
 * @param before the profile after the last sign-in; undefined at the first.
 * @throws CognitoError if the sign-in fails: a value is too long or too short, a required attribute stays empty, or an
 *   immutable attribute is mapped at a second sign-in.
 */
export function federatedProfile(
  state: CognitoState,
  pool: UserPool,
  client: AppClient,
  provider: IdentityProvider,
  claims: Readonly<Record<string, string>>,
  before?: Readonly<Record<string, string>>,
): Record<string, string> {
  const profile: Record<string, string> = { ...before };
  for (const attribute of pool.attributes) {
    const value = claims[provider.AttributeMapping[attribute.Name] ?? ''];
    if (value === undefined || !isWritable(state, client, attribute)) continue;
    if (before !== undefined && !attribute.Mutable) {
      throw invalidParameter(`user.${attribute.Name}: Attribute cannot be updated.`);
    }
    refuseLength(attribute, value);
    profile[attribute.Name] = value;
  }
  const missing = pool.attributes.find(
    ({ Name, Required }) => Required && Name !== 'sub' && profile[Name] === undefined,
  );
  if (missing !== undefined)
    throw invalidParameter(`Attributes did not conform to the schema: ${missing.Name}`);
  return profile;
}

function isWritable(state: CognitoState, { settings }: AppClient, { Name }: SchemaAttribute): boolean {
  if (settings.WriteAttributes?.length) return settings.WriteAttributes.includes(Name);
  return state.behavior.unsetWriteAttributes === 'all' || !Name.startsWith('custom:');
}

function refuseLength({ Name, StringAttributeConstraints: bounds }: SchemaAttribute, value: string): void {
  const { MinLength = '0', MaxLength = '2048' } = bounds ?? {};
  if (value.length < Number(MinLength) || value.length > Number(MaxLength)) {
    throw invalidParameter(
      `Attributes did not conform to the schema: ${Name} must have ${MinLength} to ${MaxLength} characters.`,
    );
  }
}
