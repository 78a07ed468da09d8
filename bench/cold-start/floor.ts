/** The floor: the AWS clients that each event needs, and nothing else. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export const clients = [
  new CloudFormationClient({}),
  new CognitoIdentityProviderClient({}),
  new DynamoDBClient({}),
  new SecretsManagerClient({}),
];
