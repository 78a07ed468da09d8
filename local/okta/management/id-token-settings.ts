import { z } from 'zod';
import { applicationOf } from './apps.ts';
import { type Answer, type Call, json, type Operation } from './call.ts';

const sent = z.looseObject({});

function get(call: Call): Answer {
  const { document, idTokenSettings } = applicationOf(call);
  return { status: 200, body: { issuerMode: document.settings.oauthClient.issuer_mode, ...idTokenSettings } };
}

function set(call: Call): Answer {
  const application = applicationOf(call);
  application.idTokenSettings = sent.parse(json(call));
  return get(call);
}

const PATH = '/api/v1/internal/apps/{appId}/settings/oauth/idToken';

/**
 * The groups claim of an application's ID token. Okta does not publish this operation; its Terraform provider calls it
 * for each application that it makes. What is set is kept and shown, and changes nothing.
 */
export const idTokenOperations: Operation[] = [
  { method: 'GET', path: PATH, scope: 'okta.apps.read', answer: get },
  { method: 'POST', path: PATH, scope: 'okta.apps.manage', answer: set },
];
