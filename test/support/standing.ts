/** A federation as the journal has it, for commands that print it. */
export const standing = {
  application: {
    id: '0oa1',
    label: 'Shop',
    groupIds: [],
    redirectUris: [],
    postLogoutRedirectUris: [],
    claims: [],
  },
  provider: {
    userPoolId: 'us-east-1_Example1',
    providerName: 'Okta',
    userPoolClientIds: [],
    idpIdentifiers: [],
  },
  secret: {},
  physicalResourceId: 'us-east-1_Example1|Okta|0oa1',
  properties: {},
  attributes: {},
};
