import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { OtherApplication } from '../other-applications.ts';
import { anyApplicationOf } from './apps.ts';
import type { Answer, Call, Operation } from './call.ts';
import { notFound, validationFailed } from './errors.ts';

const TEN_YEARS_MS = 10 * 365 * 24 * 60 * 60 * 1000;

/** The certificate that signs assertions, made when it is first needed; its private key is thrown away, for nothing signs. */
let certificate: Promise<X509Certificate> | undefined;

function signingCertificate(): Promise<X509Certificate> {
  certificate ??= makeCertificate();
  return certificate;
}

async function makeCertificate(): Promise<X509Certificate> {
  // Loaded here, because most tests that start an org need no certificate, and this is much to load for each of them.
  const { generate } = await import('selfsigned');
  const { cert } = await generate([{ name: 'commonName', value: 'local Okta org' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + TEN_YEARS_MS),
  });
  return new X509Certificate(cert);
}

/** @throws ManagementError 404 if the application is not a SAML one */
function samlApplicationOf(call: Call): OtherApplication {
  const application = anyApplicationOf(call);
  if ('clientId' in application || application.document.signOnMode !== 'SAML_2_0') {
    throw notFound(application.id, 'AppInstance');
  }
  return application;
}

const signOn = z.looseObject({ subjectNameIdFormat: z.string() });

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSO/ */
async function metadata(call: Call): Promise<Answer> {
  const { id, document } = samlApplicationOf(call);
  const { raw } = await signingCertificate();
  const externalKey = `exk${id.slice(3)}`;
  const format = signOn.safeParse(document.settings.signOn).data?.subjectNameIdFormat ?? '';
  const location = `${call.origin}/app/${document.name}/${externalKey}/sso/saml`;
  const services = ['HTTP-POST', 'HTTP-Redirect'].map(
    (binding) =>
      `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${location}"/>`,
  );
  const key = `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${raw.toString('base64')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
  const body = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<md:EntityDescriptor entityID="http://www.okta.com/${externalKey}" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">`,
    '<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">',
    key,
    `<md:NameIDFormat>${format}</md:NameIDFormat>`,
    ...services,
    '</md:IDPSSODescriptor></md:EntityDescriptor>',
  ].join('');
  return { status: 200, body, headers: { 'content-type': 'application/xml;charset=ISO-8859-1' } };
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOCredentialKey/ */
async function keys(call: Call): Promise<Answer> {
  const { created } = anyApplicationOf(call);
  return { status: 200, body: [await keyView(created)] };
}

async function keyView(created: string, kid = 'org-signing-key'): Promise<object> {
  const { raw, publicKey } = await signingCertificate();
  const { kty, e, n } = publicKey.export({ format: 'jwk' });
  return {
    kty,
    created,
    lastUpdated: created,
    expiresAt: new Date(Date.parse(created) + TEN_YEARS_MS).toISOString(),
    kid,
    use: 'sig',
    x5c: [raw.toString('base64')],
    'x5t#S256': createHash('sha256').update(raw).digest('base64url'),
    e,
    n,
  };
}

/** A new key is shown once; no application signs with it here. */
async function generateKey(call: Call): Promise<Answer> {
  const { created } = samlApplicationOf(call);
  const years = Number(call.url.searchParams.get('validityYears'));
  if (!Number.isInteger(years) || years < 2 || years > 10) {
    throw validationFailed('validityYears', ['validityYears: must be between 2 and 10.']);
  }
  return { status: 201, body: await keyView(created, randomBytes(32).toString('base64url')) };
}

const APP = '/api/v1/apps/{appId}';

export const samlOperations: Operation[] = [
  { method: 'GET', path: `${APP}/sso/saml/metadata`, scope: 'okta.apps.read', answer: metadata },
  { method: 'GET', path: `${APP}/credentials/keys`, scope: 'okta.apps.read', answer: keys },
  {
    method: 'POST',
    path: `${APP}/credentials/keys/generate`,
    scope: 'okta.apps.manage',
    answer: generateKey,
  },
];
