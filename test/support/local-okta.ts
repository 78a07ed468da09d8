import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { freePorts, startProgram } from './child-process.ts';

const application = z.looseObject({
  id: z.string(),
  label: z.string(),
  status: z.string(),
  profile: z.record(z.string(), z.unknown()).nullish(),
});

const shown = z.looseObject({ id: z.string() });

/** Reads lag behind a create. */
export async function untilShown(address: string, apiToken: string): Promise<void> {
  for (;;) {
    const { status } = await fetch(address, { headers: { authorization: `SSWS ${apiToken}` } });
    if (status !== 404) return;
    await pause(50);
  }
}

const marker = z.looseObject({ stackId: z.string() });

/** An application as Okta's Management API shows it. */
export type OktaApplication = z.infer<typeof application>;

/** What goes wrong with a call to the org; see the control port of local/okta. */
export interface OktaFault {
  readonly method?: string;
  readonly path?: string;
  readonly nth?: number;
  readonly times?: number;
  readonly action:
    | { readonly type: 'reset' | 'reset-after' }
    | { readonly type: 'hang'; readonly ms?: number }
    | {
        readonly type: 'answer' | 'answer-after';
        readonly status: number;
        readonly body?: unknown;
        readonly headers?: Readonly<Record<string, string>>;
      };
}

/** An Okta org of the test's own, and what an administrator of it sees and does. */
export interface LocalOkta extends AsyncDisposable {
  readonly url: string;
  readonly apiToken: string;
  /** The applications whose ownership marker names the stack. */
  applicationsOf(stackId: string): Promise<OktaApplication[]>;
  /** Names of the groups that an application is assigned to. */
  groupsOf(applicationId: string): Promise<string[]>;
  /** A call to the Management API; gives the answer's JSON, if it has any. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  secretsOf(applicationId: string): Promise<string[]>;
  /** A call to the control port, which see for what there is; gives the answer's JSON. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Methods and paths of the Management API's calls so far that were meant to change something. */
  changes(): Promise<string[]>;
  /** Makes an API Services app for a public key (PEM); gives its client ID. */
  addServiceApp(publicKeyPem: string): Promise<string>;
  fault(fault: OktaFault): Promise<void>;
  clearFaults(): Promise<void>;
}

/** Starts an org on free ports, with an API token that is made up now. */
export async function startLocalOkta(): Promise<LocalOkta> {
  const [port, adminPort] = await freePorts(2);
  const { OKTA_READ_LAG_MS } = process.env;
  const apiToken = randomBytes(24).toString('base64url');
  const url = `http://127.0.0.1:${port}`;
  const admin = `http://127.0.0.1:${adminPort}`;
  const org = await startProgram(
    'local/okta/main.ts',
    {
      OKTA_PORT: `${port}`,
      OKTA_ADMIN_PORT: `${adminPort}`,
      OKTA_API_TOKEN: apiToken,
      ...(OKTA_READ_LAG_MS !== undefined && { OKTA_READ_LAG_MS }),
    },
    async () => (await fetch(`${admin}/health`)).ok,
  );

  const send = async (address: string, method: string, body?: unknown) => {
    const answer = await fetch(address, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(address.startsWith(url) && { authorization: `SSWS ${apiToken}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text}`);
    const json: unknown = text === '' ? undefined : JSON.parse(text);
    return json;
  };
  const call = async (method: string, path: string, body?: unknown) => {
    const answered = await send(`${url}${path}`, method, body);
    const { id } = shown.safeParse(answered).data ?? {};
    // An administrator looks at a new application before the product does.
    if (method === 'POST' && path === '/api/v1/apps' && id) await untilShown(`${url}${path}/${id}`, apiToken);
    return answered;
  };
  const groups = async () =>
    z
      .array(z.looseObject({ id: z.string(), profile: z.looseObject({ name: z.string() }) }))
      .parse(await call('GET', '/api/v1/groups'));

  return {
    url,
    apiToken,
    call,
    control: (method, path, body) => send(`${admin}${path}`, method, body),
    async applicationsOf(stackId) {
      const all = z.array(application).parse(await call('GET', '/api/v1/apps?limit=200'));
      return all.filter(
        ({ profile }) => marker.safeParse(profile?.okta_cognito_idp).data?.stackId === stackId,
      );
    },
    async groupsOf(applicationId) {
      const assigned = z
        .array(z.looseObject({ id: z.string() }))
        .parse(await call('GET', `/api/v1/apps/${applicationId}/groups`));
      const named = new Map((await groups()).map(({ id, profile }) => [id, profile.name]));
      return assigned.map(({ id }) => named.get(id) ?? id).sort();
    },
    async secretsOf(applicationId) {
      const secrets = z
        .array(z.looseObject({ client_secret: z.string() }))
        .parse(await call('GET', `/api/v1/apps/${applicationId}/credentials/secrets`));
      return secrets.map(({ client_secret }) => client_secret);
    },
    async changes() {
      const calls = z
        .array(z.looseObject({ method: z.string(), path: z.string() }))
        .parse(await send(`${admin}/calls`, 'GET'));
      return calls
        .filter(({ method, path }) => method !== 'GET' && path.startsWith('/api/'))
        .map(({ method, path }) => `${method} ${path}`);
    },
    async addServiceApp(publicKeyPem) {
      const scopes = ['okta.apps.manage', 'okta.groups.read'];
      const added = await send(`${admin}/service-apps`, 'POST', { publicKeyPem, scopes, dpop: true });
      return z.looseObject({ clientId: z.string() }).parse(added).clientId;
    },
    async fault(fault) {
      await send(`${admin}/faults`, 'POST', fault);
    },
    async clearFaults() {
      await send(`${admin}/faults`, 'DELETE');
    },
    [Symbol.asyncDispose]: () => org[Symbol.asyncDispose](),
  };
}
