import { authenticate } from '../../src/cloudformation/authenticity.ts';
import { consentProblem } from '../../src/federation/plan/consent.ts';
import { tokenRefusal } from '../../src/okta/access-token.ts';
import { notOkta, refusal } from '../../src/okta/refusal.ts';
import { Secret } from '../../src/secret.ts';
import { findMessages, type Message } from './message-finder.ts';
import { valuesOf } from './message-values.ts';

/** A part of the table of errors. */
interface Section {
  readonly title: string;
  /** What stands above its table. */
  readonly about?: string;
  readonly files: RegExp;
  /** Sentences that the code puts together of several parts. */
  readonly composed?: () => readonly string[];
}

const orgUrl = 'https://acme.okta.com';
const application = { id: '0oaEXAMPLEexample000', label: 'Payroll', name: 'oidc_client' };

/** Every sentence that an answer or the command line may show, by its subject, except those of properties and preconditions. */
export const sections: readonly Section[] = [
  {
    title: 'Adoption and owners',
    files:
      /^federation\/(offer|ownership\/.*|plan\/(adopt.*|consent.*)|apply\/(application|identity-provider)|remove-federation)\.ts$/,
    composed: consentSamples,
  },
  { title: 'Issuer', files: /^federation\/observe\/(issuer|discovery)\.ts$/ },
  { title: 'The Okta secret', files: /^federation\/observe\/okta-secret\.ts$/ },
  { title: 'Okta', files: /^(okta\/|federation\/apply\/claims)/, composed: oktaSamples },
  { title: 'Cognito and other AWS services', files: /^(cognito|aws|lease)\// },
  {
    title: 'The sign-in probe and the client secret',
    files: /^federation\/(verify\/|ask|apply\/rotate|plan\/(provider-endpoints|rotation-plan))/,
  },
  { title: "The operator's policy", files: /^federation\/policy\// },
  {
    title: 'Events, time and load',
    about: 'The sentences about events that CloudFormation did not send are in the log only.',
    files:
      /^(failsafe\.ts|cloudformation\/|federation\/(explain|create|make|prove|federate|journal\/.*)\.ts)/,
    composed: eventSamples,
  },
  {
    title: 'The command line and the watch',
    about:
      'A sentence with "It", "Its" or "None" follows the name of a check of the doctor, such as *the Okta application is set up*.',
    files: /^(command\/|federation\/(diagnose|watch\/.*|plan\/(application-checks|write-attributes)))/,
  },
];

/** Whose sentences have tables of their own. */
const elsewhere = /^federation\/(plan\/precondition-sentences|properties\/.*)\.ts$/;
/** Put together by `composed`. */
const composedFiles =
  /^(okta\/(advice|refusal|access-token|credentials)|cloudformation\/authenticity|federation\/plan\/consent)\.ts$/;

/** What other code puts before the sentences of a file. */
const before: Readonly<Record<string, string>> = {
  'federation/observe/discovery.ts': 'Issuer: ',
  'federation/offer.ts':
    'ProviderName: user pool us-east-1_Example already has an identity provider Okta that this resource did not make. ',
};

/** What looks like a message and is none, each with what it is. */
const noMessages: readonly (readonly [RegExp, string])[] = [
  [
    /^(Okta|Cognito|Okta and Cognito): (create|take|change|set|add|activate|deactivate|delete|assign|remove|enable|disable|rotate|end) /,
    'a step of preview',
  ],
  [/^Looking at|^ Then CloudFormation deletes|^Then CloudFormation/, 'the course of a command'],
  [
    /^All is well|checks failed|^This provider has no federation|^The deployment changes no|^Nested stacks|^The watch has the request|^A deployment is at work on it/,
    'the result of a command',
  ],
  [/^(SET|#a) /, 'an expression of DynamoDB'],
  [
    /in user pool …$|^Active Directory…$| of the application …$|^…: the template wants|^Okta request ID/,
    'a part of others',
  ],
  [/^Okta (has (one group|the application of client)|takes the client)/, 'the name of a check'],
  [/^… \(stack …\): …$|^…\/…|^resource /, 'a name'],
  [
    /^(SQS refused|There was no time left|Cognito gave an answer|STS gave no|A step came|The answer was not taken|CloudFormation's address)/,
    'for the log',
  ],
  [
    /^(This message is not one|A deployment (is at work|has changed)|The event has no ResponseURL|The redirect URIs of domains)/,
    'for the log',
  ],
  [
    /^(It is not whole|Its sign-in does not work|A deployment of its stack|The Okta application is gone|A precondition does not hold|An older federation of this resource)/,
    'for the log of the watch',
  ],
  [
    /^The lease on|^Another deployment holds …$|^…, and there was no time left/,
    'with "Deploy again.": `eventSamples`',
  ],
  [/^(Change SecretVersion|Copy the application's active)/, 'a part of the sentence on a client secret'],
  [/^Name … in Supported|^Choose another ProviderName\.$/, 'a part of others'],
  [/ does not send people of app client … to Okta through the identity provider …$/, 'a part of others'],
  [/ CloudFormation now rolls back| What it was deleting/, 'a part of others'],
  [
    /^… is not a field of the policy|^ProviderName: user pool … already has an identity provider … that this resource did not make$/,
    'a part of others',
  ],
];

export const textOf = ({ texts }: Message) => texts.join('…');

/** @returns whether an answer or the command line may show it as it stands. */
export function isShown(message: Message): boolean {
  return !elsewhere.test(message.file) && !noMessages.some(([pattern]) => pattern.test(textOf(message)));
}

export function shownMessages(): readonly Message[] {
  return findMessages().filter(isShown);
}

/** @throws if a message belongs to no section, or names a value that has no sample. */
export function sectionRows(): readonly (Pick<Section, 'title' | 'about'> & {
  readonly sentences: readonly string[];
})[] {
  const messages = shownMessages();
  const homeless = messages.find(({ file }) => !sections.some(({ files }) => files.test(file)));
  if (homeless)
    throw new Error(`${homeless.file} is in no section of the errors (build/reference/message-rows.ts).`);
  return sections.map(({ title, about, files, composed }) => ({
    title,
    ...(about ? { about } : {}),
    sentences: [
      ...new Set([
        ...messages
          .filter(({ file }) => files.test(file) && !composedFiles.test(file))
          .flatMap((message) =>
            rendered(message).map((sentence) => `${before[message.file] ?? ''}${sentence}`),
          ),
        ...(composed?.() ?? []),
      ]),
    ],
  }));
}

/** A message with realistic values: once for each value that has several. */
export function rendered({ file, texts, values }: Message): readonly string[] {
  const [first = '', ...rest] = texts;
  return rest.reduce<readonly string[]>(
    (sofar, text, index) => {
      const name = values[index] ?? '';
      const samples = valuesOf[`${file} ${name}`] ?? valuesOf[name];
      if (!samples) throw new Error(`${file}: build/reference/message-values.ts has no value for ${name}.`);
      return sofar.flatMap((start) => samples.map((sample) => `${start}${sample}${text}`));
    },
    [first],
  );
}

function consentSamples(): readonly string[] {
  const adopter = { stackName: 'shop', accountId: '111122223333' };
  const wanted = { rotate: true, delete: true };
  return [
    consentProblem('WithConsent', application, adopter, { rotate: false, delete: false }),
    consentProblem('WithConsent', application, adopter, wanted),
    consentProblem('Never', application, adopter, wanted),
  ].filter((sentence) => sentence !== undefined);
}

function oktaSamples(): readonly string[] {
  const purpose = { to: 'create the application "shop Federation"', needs: 'okta.apps.manage' } as const;
  const policies = { to: 'list the authentication policies', needs: 'okta.policies.read' } as const;
  const token = { kind: 'apiToken', orgUrl } as const;
  const app = { kind: 'privateKey', orgUrl } as const;
  const answer = (status: number, json: object, headers: Readonly<Record<string, string>> = {}) => ({
    status,
    headers: { 'x-okta-request-id': 'reqEXAMPLE', ...headers },
    body: JSON.stringify(json),
  });
  const okta = (errorCode: string, errorSummary: string) => ({ errorCode, errorSummary });
  const invalid = (words: string) => okta('E0000001', `Api validation failed: ${words}`);
  const reset = String(Date.UTC(2126, 10, 5, 9) / 1000);
  const limited = okta('E0000047', 'API call exceeded rate limit due to too many requests.');
  const credentials = { ...app, clientId: '0oaEXAMPLEservice000', privateKey: new Secret('unused') };
  const errors = [
    'invalid_client',
    'invalid_scope',
    'access_denied',
    'unauthorized_client',
    'invalid_dpop_proof',
  ];
  return [
    refusal(answer(302, {}), purpose, token),
    refusal(answer(401, okta('E0000011', 'Invalid token provided')), purpose, token),
    refusal(answer(401, okta('E0000011', 'Invalid token provided')), purpose, app),
    refusal(
      answer(403, okta('E0000006', 'You do not have permission to perform the requested action')),
      purpose,
      token,
    ),
    refusal(
      answer(403, okta('E0000006', 'You do not have permission to perform the requested action')),
      policies,
      app,
    ),
    refusal(
      answer(401, okta('E0000015', 'You do not have permission to access the feature you are requesting')),
      policies,
      token,
    ),
    refusal({ status: 403, headers: {}, body: '<html>' }, purpose, token),
    refusal({ status: 404, headers: {}, body: '<html>' }, purpose, token),
    refusal(
      answer(429, limited, {
        'x-rate-limit-limit': '100',
        'x-rate-limit-remaining': '0',
        'x-rate-limit-reset': reset,
      }),
      purpose,
      token,
    ),
    refusal(answer(429, limited), purpose, token),
    refusal(
      answer(429, limited, {
        'x-rate-limit-limit': '0',
        'x-rate-limit-remaining': '0',
        'x-rate-limit-reset': reset,
      }),
      purpose,
      token,
    ),
    refusal(
      answer(
        400,
        invalid(
          'There is already an active OpenID Connect Client instance with the label shop Federation. It already exists.',
        ),
      ),
      purpose,
      token,
    ),
    refusal(answer(400, invalid('Maximum number of instances has been reached.')), purpose, token),
    refusal(answer(403, okta('E0000038', 'App has Federation Broker Mode enabled')), purpose, token),
    refusal(answer(400, invalid('redirect_uris: must be an HTTPS address')), purpose, token),
    refusal(answer(500, okta('E0000009', 'Internal Server Error')), purpose, token),
    notOkta({ status: 200, headers: {}, body: '<html>' }, purpose, token),
    ...errors.map((error) =>
      tokenRefusal(
        answer(400, { error, error_description: 'as Okta describes it' }),
        credentials,
        'okta.apps.manage okta.groups.read',
      ),
    ),
  ].map(({ message }) => message);
}

function eventSamples(): readonly string[] {
  const logicalResourceId = 'Federation';
  const stackId =
    'arn:aws:cloudformation:us-east-1:111122223333:stack/shop/00000000-0000-0000-0000-000000000000';
  const request = {
    requestType: 'Delete',
    requestId: 'example',
    stackId,
    stackName: 'shop',
    logicalResourceId,
    issuedAt: undefined,
    physicalResourceId: 'us-east-1_Example|Okta|0oaEXAMPLEexample000',
    properties: {},
  } as const;
  const shown = {
    stackId,
    logicalResourceId,
    resourceType: 'Custom::OktaCognitoIdp',
    physicalResourceId: request.physicalResourceId,
    status: 'UPDATE_COMPLETE',
  };
  const trusted = {
    accountId: '111122223333',
    trustedAccounts: [],
    knownPhysicalIds: [],
    standingProperties: [],
  };
  const asked = [
    authenticate(request, { resource: undefined, stackStatus: undefined, events: [] }, trusted),
    authenticate(request, { resource: shown, stackStatus: 'UPDATE_COMPLETE', events: [] }, trusted),
    authenticate(
      request,
      { resource: shown, stackStatus: undefined, events: [] },
      { ...trusted, accountId: '444455556666' },
    ),
  ];
  return asked.flatMap((verdict) => (verdict.ok ? [] : [verdict.reason]));
}
