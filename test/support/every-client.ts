/**
 * Makes one call by each client of the functions. A program of its own: Node reads what its environment says of proxies when it
 * starts. No answer matters, so no call has to be right.
 */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientSettings } from '../../src/aws/client-settings.ts';
import { connectMessageQueue, sendMessages } from '../../src/aws/message-queue.ts';
import { readParameter } from '../../src/aws/parameter-store.ts';
import { assumeRole } from '../../src/aws/role.ts';
import { connectStacks, describeStack } from '../../src/cloudformation/stacks.ts';
import { connectCognito } from '../../src/cognito/client.ts';
import { describeUserPool } from '../../src/cognito/user-pools.ts';
import { send } from '../../src/http.ts';
import { connectLeaseTable, mark } from '../../src/lease/table.ts';

const { signal } = new AbortController();
const endpoint = process.env.AWS_ENDPOINT_URL ?? '';
const stackId = 'arn:aws:cloudformation:us-east-1:111122223333:stack/shop/1';

await Promise.allSettled([
  new SecretsManagerClient(clientSettings).send(new GetSecretValueCommand({ SecretId: 'okta' })),
  sendMessages(connectMessageQueue(`${endpoint}/queue`), ['{}'], signal),
  readParameter('/policy', signal),
  assumeRole(
    { arn: 'arn:aws:iam::111122223333:role/r', externalId: 'e', sessionName: 's', namedBy: 'RoleArn' },
    signal,
  ),
  describeStack(connectStacks(stackId, signal), stackId),
  describeUserPool(connectCognito('us-east-1_Example', signal), 'us-east-1_Example'),
  mark(connectLeaseTable('journal'), 'name', { a: { S: '' } }, signal),
  send({ url: new URL('/okta', endpoint) }, signal),
]);
