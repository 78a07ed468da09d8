/** What is used of Systems Manager, in a file of its own: only a provider with a policy reads a parameter. */
export { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
