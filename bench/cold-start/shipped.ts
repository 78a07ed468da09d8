/**
 * The function as it is shipped, with those clients too that it makes when an event comes: loading them later would hide
 * them from the measurement, and gain nothing.
 */
import { connectCognito } from '../../src/cognito/client.ts';
import { connectOkta } from '../../src/okta/client.ts';
import { parseOktaCredentials } from '../../src/okta/credentials.ts';

export { handler } from '../../src/provider.ts';

const { signal } = new AbortController();
const credentials = parseOktaCredentials('{"orgUrl": "https://example.okta.com", "apiToken": "none"}');

export const clients = [
  connectCognito('us-east-1_Example', signal),
  connectOkta(credentials, { signal, deadline: () => 0 }).to({ to: 'do nothing' }),
];
