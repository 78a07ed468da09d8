/** The same AWS clients, with Okta's SDK as it comes. */
import okta from '@okta/okta-sdk-nodejs';
import { clients as floor } from './floor.ts';

export const clients = [...floor, new okta.Client({ orgUrl: 'https://example.okta.com', token: 'none' })];
