import { isShownAs } from '../../cloudformation/shown-text.ts';
import { listStackResources } from '../../cloudformation/stacks.ts';
import { askStack } from '../ask-stack.ts';
import type { Identity } from '../properties/identity.ts';
import type { Turn } from '../turn.ts';

/**
 * Tells whether the stack itself has the provider as a resource of its own. If the same Update removes that from the template,
 * CloudFormation deletes the provider after this resource has adopted it.
 * @throws StackNotReadError
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolidentityprovider.html
 */
export async function isNativeProvider(
  turn: Pick<Turn, 'services' | 'deadline' | 'request'>,
  { userPoolId, providerName }: Identity,
): Promise<boolean> {
  const resources = (await askStack(turn, listStackResources)) ?? [];
  const ids = [`${userPoolId}|${providerName}`, providerName];
  return resources.some(
    ({ resourceType, physicalResourceId }) =>
      resourceType === 'AWS::Cognito::UserPoolIdentityProvider' &&
      ids.some((id) => isShownAs(id, physicalResourceId ?? '')),
  );
}

/** Why such a provider cannot be adopted, and what to do first. */
export function nativeProvider({ providerName }: Identity): string {
  return `Adopt: this stack has the identity provider ${providerName} as an AWS::Cognito::UserPoolIdentityProvider, and CloudFormation would delete it when it leaves the template. Add DeletionPolicy: Retain to that resource and deploy; then remove it from the template and deploy; then add Adopt.`;
}
