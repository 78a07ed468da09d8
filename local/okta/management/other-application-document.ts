import { z } from 'zod';
import type { LifecycleStatus, Org } from '../org.ts';
import { type OtherApplication, otherApplication, SAML_DEFAULTS } from '../other-applications.ts';
import { validationFailed } from './errors.ts';

const fields = z.record(z.string(), z.unknown());

const sent = z.object({
  name: z.string().min(1).optional(),
  label: z.string().min(1).max(100),
  signOnMode: z.enum([
    'AUTO_LOGIN',
    'BASIC_AUTH',
    'BOOKMARK',
    'BROWSER_PLUGIN',
    'SAML_1_1',
    'SAML_2_0',
    'SECURE_PASSWORD_STORE',
    'WS_FEDERATION',
  ]),
  credentials: fields.nullish(),
  visibility: z.looseObject({ hide: fields.nullish() }).nullish(),
  settings: z.looseObject({ app: fields.nullish(), signOn: fields.nullish() }).nullish(),
});

/** The integration of Okta's catalog that an application has if it names none. */
const NAMES: Partial<Record<z.infer<typeof sent>['signOnMode'], string>> = {
  BASIC_AUTH: 'template_basic_auth',
  BOOKMARK: 'bookmark',
  BROWSER_PLUGIN: 'template_swa',
  SECURE_PASSWORD_STORE: 'template_sps',
};

/**
 * Checks an application of another kind than OIDC as it was sent to be created or to replace another.
 *
 * @returns the application, not yet in the org
 * @throws ManagementError 400 E0000001 that names the first field that is wrong
 */
export function parseOtherApplication(org: Org, body: unknown, status: LifecycleStatus): OtherApplication {
  const parsed = sent.safeParse(body);
  if (!parsed.success) {
    const causes = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw validationFailed(String(parsed.error.issues[0]?.path.at(-1) ?? 'application'), causes);
  }
  const { label, signOnMode, credentials, visibility, settings } = parsed.data;
  const known = parsed.data.name ?? NAMES[signOnMode];
  // Okta names a custom integration after the org and the label.
  const name = known ?? `local_${label.toLowerCase().replace(/\W+/g, '')}_${org.otherApplications.size}`;
  const isSaml = signOnMode === 'SAML_2_0';
  return otherApplication(
    {
      name,
      label,
      signOnMode,
      credentials: present(credentials ?? {}),
      visibility: { ...(visibility?.hide && { hide: visibility.hide }) },
      settings: {
        app: settings?.app ?? {},
        ...(isSaml && { signOn: { ...SAML_DEFAULTS, ...present(settings?.signOn ?? {}) } }),
      },
      appLinks: [known === undefined ? `${name}_link` : 'login'],
    },
    { accessPolicyId: org.defaultAccessPolicyId, status },
  );
}

function present(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== ''));
}
