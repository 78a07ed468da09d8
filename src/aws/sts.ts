/** What is used of STS, in a file of its own: few templates name a role of another account. */
export { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
