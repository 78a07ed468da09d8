import { z } from 'zod';
import { isExpression } from '../expression-language.ts';
import { oktaIdentifier, timestamp } from '../identifiers.ts';
import type { Application, FederatedClaim } from '../org.ts';
import { applicationOf } from './apps.ts';
import { type Answer, type Call, json, type Operation, parameter } from './call.ts';
import { featureMissing, notFound, validationFailed } from './errors.ts';

const sent = z.object({ name: z.string().min(1), expression: z.string().min(1) });

/** Claims of OpenID Connect that Okta does not let an expression replace. */
const RESERVED = new Set([
  'sub',
  'iss',
  'aud',
  'exp',
  'iat',
  'jti',
  'nonce',
  'auth_time',
  'amr',
  'idp',
  'at_hash',
]);

function clientOf(call: Call): Application {
  if (call.org.settings.missingFeatures.includes('federated-claims')) throw featureMissing();
  return applicationOf(call);
}

function claimOf(call: Call, application: Application): FederatedClaim {
  const id = parameter(call, 'claimId');
  const claim = application.federatedClaims.find((each) => each.id === id);
  if (!claim) throw notFound(id, 'FederatedClaim');
  return claim;
}

function fieldsOf(call: Call, application: Application, except?: FederatedClaim) {
  const parsed = sent.safeParse(json(call));
  if (!parsed.success) {
    const [field = 'name'] = parsed.error.issues.map(({ path }) => String(path[0] ?? 'name'));
    throw validationFailed(field, [`${field}: The field cannot be left blank`]);
  }
  const { name, expression } = parsed.data;
  if (RESERVED.has(name)) throw validationFailed('name', [`name: ${name} is a reserved claim.`]);
  if (application.federatedClaims.some((each) => each !== except && each.name === name)) {
    throw validationFailed('name', [
      'name: An object with this field already exists in the current organization',
    ]);
  }
  if (!isExpression(expression))
    throw validationFailed('expression', ['expression: The expression is not valid.']);
  return { name, expression };
}

function create(call: Call): Answer {
  const application = clientOf(call);
  const now = timestamp();
  const claim = { id: oktaIdentifier('ofc'), ...fieldsOf(call, application), created: now, lastUpdated: now };
  application.federatedClaims.push(claim);
  return { status: 201, body: claim };
}

/** Okta's published contract says 201 here; its orgs answer 200. */
function replace(call: Call): Answer {
  const application = clientOf(call);
  const claim = claimOf(call, application);
  Object.assign(claim, fieldsOf(call, application, claim), { lastUpdated: timestamp() });
  return { status: 200, body: claim };
}

function remove(call: Call): Answer {
  const application = clientOf(call);
  const claim = claimOf(call, application);
  application.federatedClaims = application.federatedClaims.filter((kept) => kept !== claim);
  return { status: 204 };
}

const CLAIMS = '/api/v1/apps/{appId}/federated-claims';
const CLAIM = `${CLAIMS}/{claimId}`;

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOFederatedClaims/ */
export const federatedClaimOperations: Operation[] = [
  {
    method: 'GET',
    path: CLAIMS,
    scope: 'okta.apps.read',
    answer: (call) => ({ status: 200, body: clientOf(call).federatedClaims }),
  },
  { method: 'POST', path: CLAIMS, scope: 'okta.apps.manage', answer: create },
  {
    method: 'GET',
    path: CLAIM,
    scope: 'okta.apps.read',
    answer: (call) => ({ status: 200, body: claimOf(call, clientOf(call)) }),
  },
  { method: 'PUT', path: CLAIM, scope: 'okta.apps.manage', answer: replace },
  { method: 'DELETE', path: CLAIM, scope: 'okta.apps.manage', answer: remove },
];
