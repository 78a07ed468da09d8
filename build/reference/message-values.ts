import { OktaCredentialsError, parseOktaCredentials } from '../../src/okta/credentials.ts';

const stack = 'arn:aws:cloudformation:us-east-1:111122223333:stack/shop/00000000-0000-0000-0000-000000000000';
const application = '0oaEXAMPLEexample000';
const orgUrl = 'https://acme.okta.com';
const pool = 'us-east-1_Example';
const client = 'exampleclient';
const redirectUri = 'https://shop.auth.us-east-1.amazoncognito.com/oauth2/idpresponse';
const secret = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:okta-AbCdEf';
const role = 'arn:aws:iam::444455556666:role/federation';

/** What stands in the Okta secret, as people paste it, and cannot be used. */
const secrets: readonly string[] = [
  'okta',
  '["okta"]',
  '{}',
  '{"orgUrl":"acme.okta.com","apiToken":"example"}',
  '{"orgUrl":"https://acme-admin.okta.com/admin/dashboard","apiToken":"with space"}',
  '{"orgUrl":"http://me:secret@acme.okta.com/path","apiToken":"example"}',
  '{"orgUrl":"https://acme.okta.com","apiToken":"example","privateKey":"example"}',
  '{"orgUrl":"https://acme.okta.com","privateKey":"example"}',
  '{"orgUrl":"https://acme.okta.com","clientId":"0oaEXAMPLE","privateKey":{"keys":[]}}',
  '{"orgUrl":"https://acme.okta.com","clientId":"0oaEXAMPLE","privateKey":7}',
  '{"orgUrl":"https://acme.okta.com","apiToken":"example","customDomains":"login.acme.com"}',
];

/** What each expression in a sentence gives, by its text in the code; of one file, if its name stands before. */
export const valuesOf: Readonly<Record<string, readonly string[]>> = {
  // AWS
  'aws/role.ts namedBy': ['TrustedAccountRoleArns of the provider stack'],
  'aws/role.ts arn': [role],
  'role.externalId': ['111122223333/us-east-1/shop/Federation'],
  externalId: ['okta-cognito-idp'],
  "message.replace(/\\.$/, '') || name": ['getaddrinfo ENOTFOUND sts.us-east-1.amazonaws.com'],
  roleArn: ['arn:aws:iam::111122223333:role/analytics'],
  'aws/parameter-store.ts name': ['/okta-cognito-idp/policy'],
  sentence: [
    "does not exist in the region of the provider's stack: create it, or set PolicyParameter of that stack to the name of the one to use.",
    "may not be read by the provider's role: let the role call ssm:GetParameter on it and, if a KMS key of yours encrypts it, name that key in OtherKmsKeyArns of the provider stack.",
    'cannot be decrypted: check that its KMS key exists and is enabled.',
    'has a name that Systems Manager does not accept: set PolicyParameter of the provider stack to the name or the ARN of a parameter.',
  ],
  'graceMs / 1000': ['60'],
  'Math.max(0, Math.floor(leftMs / 1000))': ['42'],
  'federation/plan/write-attributes.ts client.id': [client],
  "custom.join(', ')": ['custom:groups'],
  tableName: ['okta-cognito-idp-Journal'],
  'command/change-set.ts id': ['preview-4711'],
  'command/change-set.ts reasonIn(error)': ['User is not authorized to perform this action'],
  "command/change-set.ts stackId.split('/')[1]": ['shop'],
  'lease/table.ts why': ['Requested resource not found'],
  // CloudFormation
  stackId: [stack],
  'data.RequestType': ['Delete'],
  "names.map(String).join(', ')": ['RequestType, ResourceProperties'],
  'why[failure]': [
    'it does not exist; check its ID',
    "the function's role, or the role that it has in that account, may not; allow cloudformation:DescribeStackResource, cloudformation:DescribeStackEvents, cloudformation:DescribeStacks and cloudformation:ListStackResources on it",
    'CloudFormation throttled every try; deploy fewer stacks at once',
  ],
  rule: ['properties'],
  "cause ? ` (${cause})` : ''": [' (Sandbox.Timedout: Task timed out after 900.00 seconds)'],
  left: [
    ' CloudFormation now rolls back.',
    ' What it was deleting may still be there; delete the stack again.',
  ],
  doing: ['probing the sign-in'],
  // Cognito
  userPoolId: [pool],
  'provider.userPoolId': [pool],
  providerName: ['Okta'],
  'identity.providerName': ['Okta'],
  'provider.providerName': ['Okta'],
  'path.providerName': ['Okta'],
  clientId: [client],
  ClientId: [client],
  'appClient.id': [client],
  'federation/verify/okta-probes.ts clientId': [application],
  "listed.join(', ') || 'no provider'": ['COGNITO'],
  "idpIdentifiers.join(', ')": ['example.com'],
  "kept.join(', ')": ['example.com'],
  "settings.idpIdentifiers.join(', ')": ['example.com'],
  "current.clientId || '(none)'": [application],
  prefix: ['shop'],
  region: ['eusc-de-east-1'],
  domain: ['shop.auth.us-east-1.amazoncognito.com'],
  "error.message.replace(/\\.$/, '')": [
    'User: arn:aws:sts::111122223333:assumed-role/provider is not authorized to perform: cognito-idp:DescribeUserPool on resource: arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_Example1',
  ],
  'federation/explain.ts denied': [
    'User: arn:aws:sts::111122223333:assumed-role/provider is not authorized to perform: cognito-idp:DescribeUserPoolDomain on resource: *',
  ],
  'cognito/identity-providers.ts error.message': ['The identifier is in use'],
  // What AWS or Okta says
  "cognito/update-app-client.ts error.message.replace(/\\.$/, '')": [
    'User: arn:aws:sts::111122223333:assumed-role/provider is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/analytics',
  ],
  'federation/explain.ts error.message': ['Rate exceeded'],
  'error.name': ['AggregateError'],
  'federation/observe/okta-secret.ts error.message': ['You marked it for deletion.'],
  'federation/apply/claims.ts error.message': [
    'Okta refused to create the claim "department" (E0000001: Api validation failed).',
  ],
  'federation/policy/read.ts error.message': [
    "The SSM parameter /okta-cognito-idp/policy is empty. Put the policy's JSON into it.",
  ],
  'okta/federated-claims.ts error.message': [
    'Okta failed to create the claim "department" (E0000015: You do not have permission to access the feature).',
  ],
  'reason.message': [
    `Okta rejected the client secret of client ${application}. Change SecretVersion to issue a new one.`,
  ],
  reason: ['The sign-in cannot be probed. Deploy again.'],
  still: ['AWS throttled the provider until its time was up; deploy again.'],
  // Okta
  orgUrl: [orgUrl],
  'okta.orgUrl': [orgUrl],
  'okta.org.orgUrl': [orgUrl],
  'this.#asker.orgUrl': [orgUrl],
  'url.origin': [orgUrl],
  'url.pathname': ['/oauth2/v1/token'],
  cause: ['getaddrinfo ENOTFOUND acme.okta.com'],
  url: ['https://other.okta.com/oauth2/default'],
  'issuer.url': ['https://other.okta.com'],
  origin: ['https://other.okta.com'],
  'federation/observe/issuer.ts orgUrl': ['https://acme.okta.com'],
  'federation/observe/issuer.ts okta.orgUrl': ['https://login.example.com'],
  secretId: [secret],
  'error.predicate': secrets.map(predicateOf),
  id: [application],
  applicationId: [application],
  'application.id': [application],
  written: ['2'],
  'federation/journal/item.ts format': ['1'],
  unlisted: ['', ' If it is a custom domain of the org, add it to "customDomains" in the Okta secret.'],
  'federation/remove-federation.ts which': [`has its application ${application}`, 'may have an application'],
  'created.id': [application],
  'adopts.ApplicationId': ['0oaEXAMPLEexample001'],
  'provider.clientId': [application],
  'path.clientId': [application],
  'clientIdOf(application)': [application],
  'application.label': ['shop Federation'],
  'application.status.toLowerCase()': ['inactive'],
  'federation/apply/claims.ts name': ['department'],
  'okta/identifiers.ts name': ['groupId'],
  'String(id).slice(0, 100)': ['../groups'],
  'rest.id': ['ocsEXAMPLEexample000'],
  'other.id': ['ocsEXAMPLEexample000'],
  'other.created': ['2026-05-01T09:00:00.000Z'],
  to: [`assign the application ${application} to the group 00gEXAMPLEexample000`],
  'purpose.to': ['find the group "Engineering"'],
  mostPages: ['200'],
  what: ['an application'],
  at: [' at label'],
  message: ['expected string, received number'],
  'failure.message': ['it took too long to answer'],
  doubt: ['; whether it took effect is not known'],
  'metadata.data.issuer': ['https://login.example.com'],
  'reply.status': ['404'],
  issuer: [`${orgUrl}/oauth2/aus1`],
  'new URL(elsewhere).host': ['evil.example.com'],
  // Adoption
  is: ['has the application type native', 'is of the kind okta_admin_console (OPENID_CONNECT)'],
  method: ['private_key_jwt'],
  'tag.providerName': ['Okta'],
  'tag.userPoolId': [pool],
  'tag.logicalResourceId': ['Federation'],
  'tag.stackId': [stack],
  'owner.logicalResourceId': ['Federation'],
  'owner.stackId': [stack],
  'from.logicalResourceId': ['Federation'],
  'from.stackId': [stack],
  'handedTo.logicalResourceId': ['Federation'],
  'handedTo.stackId': [stack],
  has: [
    `ProviderName: user pool ${pool} already has an identity provider Okta that this resource did not make`,
  ],
  offer: [`Choose another ProviderName, or take it over with Adopt: {ApplicationId: ${application}}.`],
  owner: [`the resource Federation of the stack ${stack}`],
  adopt: [`take it over with Adopt: {ApplicationId: ${application}}`],
  line: ['okta-cognito-idp: adopt shop'],
  'adopter.stackName': ['shop'],
  // The sign-in
  redirectUri: [redirectUri],
  status: ['403'],
  name: ['token_url'],
  stored: ['https://old.okta.com/oauth2/v1/token'],
  stated: [`${orgUrl}/oauth2/v1/token`],
  'metadata.issuer': [orgUrl],
  "path.scopes.join(' ') || 'empty'": ['email profile'],
  "description ?? 'no reason given'": ['Policy evaluation failed for this request'],
  "[error, description].filter(Boolean).join(', ') || 'its answer names no error'": [
    'invalid_scope, One or more scopes are not configured',
  ],
  error: ['unauthorized_client'],
  fixForSecret: [
    'Change SecretVersion to issue a new one.',
    "Copy the application's active client secret from the Okta Admin Console into the identity provider in Cognito. If a Custom::OktaCognitoIdp resource made it, change SecretVersion instead.",
  ],
  'federation/verify/cognito-probes.ts status': ['302'],
  refusedWith: ['403'],
  'federation/plan/application-checks.ts issuer': ['https://login.example.com'],
  'federation/verify/cognito-probes.ts what': [
    `Cognito at shop.auth.us-east-1.amazoncognito.com does not send people of app client ${client} to Okta through the identity provider Okta`,
  ],
  'next.origin': ['https://other.okta.com'],
  "clientId ?? '(none)'": ['0oaEXAMPLEexample001'],
  "error ? `, ${error}` : ''": [', redirect_mismatch'],
  "url.searchParams.get('redirect_uri') || 'a URL'": ['https://app.example.com/callback'],
  // The doctor and the other commands
  'provider.type': ['SAML'],
  fix: ['Name Okta in SupportedIdentityProviders of the app client that people use.'],
  "registered.join(', ') || 'none'": ['https://app.example.com/callback'],
  'command/change-set.ts reason': ['Template format error: unresolved resource dependencies [UserPool].'],
  stackName: ['shop'],
  'command/provider-stack.ts name': ['JournalTableName'],
  "stack ? ` in the stack ${stack}` : ''": [' in the stack shop'],
  "federation ? ` named ${federation}` : ''": [` named ${pool}/Okta`],
  'others.length + 1': ['2'],
  'options.federation': [`${pool}/Okta`],
  'options.oktaSecretId': [secret],
  'error.message || error.name': ['Requested resource not found. Check its name.'],
  // The policy
  parameter: ['/okta-cognito-idp/policy'],
  "problems.slice(0, mostProblems).join(' ')": [
    'rules[0].allow.pool is not a field of the policy; write pools.',
  ],
  accountId: ['111122223333'],
  'whoCanChange(parameter)': [
    'ask the operator of the provider stack, who can change the policy in the SSM parameter /okta-cognito-idp/policy.',
  ],
  property: ['Access'],
  'federation/policy/evaluate.ts name': ['the rule "team shop"'],
  'federation/policy/evaluate.ts what': ['the group Finance'],
};

function predicateOf(value: string): string {
  try {
    parseOktaCredentials(value);
  } catch (error) {
    if (error instanceof OktaCredentialsError) return error.predicate;
  }
  throw new Error('A secret of the samples can be used.');
}
