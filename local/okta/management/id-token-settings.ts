import { z } from 'zod';
import type { Application } from '../org.ts';
import { applicationOf } from './apps.ts';
import { type Answer, type Call, json, type Operation } from './call.ts';
import { forbidden } from './errors.ts';

const sent = z.looseObject({});

function view({ document, idTokenSettings }: Application, issuer: string | null, audience: string | null) {
  const { issuer_mode: issuerMode } = document.settings.oauthClient;
  return { issuer, orgUrl: null, customUrl: null, audience, issuerMode, ...idTokenSettings };
}

function clientOf(call: Call): Application {
  // The console's own operation: a service app's token is not good for it.
  if (call.caller.kind !== 'token') throw forbidden();
  return applicationOf(call);
}

function get(call: Call): Answer {
  const application = clientOf(call);
  return { status: 200, body: view(application, call.origin, application.clientId) };
}

function set(call: Call): Answer {
  const application = clientOf(call);
  application.idTokenSettings = sent.parse(json(call));
  return { status: 200, body: view(application, null, null) };
}

const PATH = '/api/v1/internal/apps/{appId}/settings/oauth/idToken';

/**
 * The groups claim of an application's ID token. Okta does not publish this operation; its Terraform provider calls it
 * for each application that it makes. What is set decides about the groups claim at sign-in.
 */
export const idTokenOperations: Operation[] = [
  { method: 'GET', path: PATH, scope: 'okta.apps.read', answer: get },
  { method: 'POST', path: PATH, scope: 'okta.apps.manage', answer: set },
];
