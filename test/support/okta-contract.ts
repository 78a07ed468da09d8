import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';

/** Okta's published contract of the operations that the product calls; it lies beside the project, if anywhere. */
const FILES = ['openapi-2.json', 'openapi.json'].map((name) => join(__dirname, '../../../shared', name));

/** Fields that are null in the answers of real orgs, though the contract has no null there. */
const NULLS = new Set([
  'accessibility.errorRedirectUrl',
  'accessibility.loginRedirectUrl',
  'conditions',
  'profile.description',
  'settings.notes.admin',
  'settings.notes.enduser',
  'settings.notifications.vpn.helpUrl',
  'settings.notifications.vpn.message',
  'settings.oauthClient.client_uri',
  'settings.oauthClient.jwks.keys.crv',
  'settings.oauthClient.jwks.keys.kid',
  'settings.oauthClient.logo_uri',
  'universalLogout',
]);

/** Fields that are null there too, and that the contract needs to tell schemas apart. */
const NULLS_FOR: Readonly<Record<string, string>> = {
  signOnMode: 'AUTO_LOGIN',
  'settings.oauthClient.jwks.keys.use': 'sig',
};

/** Answers of real orgs that the contract does not have. */
const STATUSES = new Set(['PUT /api/v1/apps/{appId}/federated-claims/{claimId} 200']);

const reference = z.object({ $ref: z.string() });
const media = z.object({
  content: z.object({ 'application/json': z.object({ schema: z.looseObject({}) }).optional() }).optional(),
});
const parameter = z.object({ name: z.string(), in: z.string(), schema: z.looseObject({}) });
const operation = z.object({
  parameters: z.array(z.union([reference, parameter])).optional(),
  requestBody: media.optional(),
  responses: z.record(z.string(), z.union([reference, media])),
});
const contractSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({
    responses: z.record(z.string(), media),
    parameters: z.record(z.string(), parameter),
  }),
});

/** One call of the Management API and its answer. */
export interface Exchange {
  method: string;
  path: string;
  query?: URLSearchParams;
  requestBody?: unknown;
  status: number;
  answerBody?: unknown;
}

/** Holds calls and answers against Okta's contract, and keeps what breaks it. */
export class OktaContract {
  readonly violations: string[] = [];
  readonly #checked = new Set<string>();
  readonly #document: z.infer<typeof contractSchema>;
  readonly #ajv = new Ajv({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  /** @returns the contract; nothing if its file does not exist */
  static find(): OktaContract | undefined {
    const file = FILES.find(existsSync);
    return file === undefined ? undefined : new OktaContract(file);
  }

  private constructor(file: string) {
    this.#document = contractSchema.parse(JSON.parse(readFileSync(file, 'utf8'), withoutNeedless));
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(this.#document, 'okta');
  }

  /** Holds a request of the product's against the contract: to the letter, with no field or parameter more than it has. */
  checkStrictly(exchange: Exchange): void {
    const { method, path, query, requestBody, status } = exchange;
    const [template, found] = this.#operation(method, path);
    if (!template || !found) {
      this.violations.push(`${method} ${path}: the contract has no such operation`);
      return;
    }
    this.check(exchange);
    if (status >= 400) this.violations.push(`${method} ${template}: refused with ${status}`);
    for (const [name, value] of query ?? []) this.#holdParameter(`${method} ${template}`, found, name, value);
    const schema = found.requestBody?.content?.['application/json']?.schema;
    if (requestBody !== undefined && !schema) this.violations.push(`${method} ${template}: takes no body`);
    if (requestBody !== undefined && schema) {
      for (const field of surplusFields(this.#resolve, this.#oidc(schema), requestBody))
        this.violations.push(`${method} ${template}: request: ${field}`);
    }
  }

  check({ method, path, requestBody, status, answerBody }: Exchange): void {
    const [template, found] = this.#operation(method, path);
    if (!template || !found) return;
    const name = `${method.toUpperCase()} ${template}`;
    this.#checked.add(name);
    if (requestBody !== undefined && status < 400)
      this.#hold(`${name}: request`, found.requestBody, requestBody);
    const answer = found.responses[String(status)];
    // Okta's document leaves 401 and 405 out here and there; the shape of an error is the same everywhere.
    if (!answer && status < 400 && !STATUSES.has(`${name} ${status}`))
      this.violations.push(`${name}: the contract has no answer ${status}`);
    const described =
      answer && '$ref' in answer ? this.#document.components.responses.ErrorAccessDenied403 : answer;
    if (answerBody !== undefined)
      this.#hold(`${name}: answer ${status}`, described, withoutRecorded(answerBody));
  }

  /** @returns the operations of the contract that have not been called yet */
  get unchecked(): string[] {
    const all = Object.entries(this.#document.paths).flatMap(([template, item]) =>
      Object.keys(item)
        .filter((key) => key !== 'parameters')
        .map((method) => `${method.toUpperCase()} ${template}`),
    );
    return all.filter((name) => !this.#checked.has(name));
  }

  #operation(method: string, path: string): [string, z.infer<typeof operation>] | [] {
    for (const [template, item] of Object.entries(this.#document.paths)) {
      const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
      const found = operation.safeParse(item[method.toLowerCase()]);
      if (pattern.test(path) && found.success) return [template, found.data];
    }
    return [];
  }

  #holdParameter(what: string, { parameters = [] }: z.infer<typeof operation>, name: string, value: string) {
    const known = parameters
      .map((each) =>
        '$ref' in each ? this.#document.components.parameters[each.$ref.split('/').at(-1) ?? ''] : each,
      )
      .find((each) => each?.in === 'query' && each.name === name);
    if (!known) {
      this.violations.push(`${what}: the contract has no parameter ${name}`);
      return;
    }
    const isNumber = known.schema.type === 'integer';
    if (!this.#ajv.validate(known.schema, isNumber ? Number(value) : value))
      this.violations.push(`${what}: ${name}=${value} ${this.#ajv.errorsText()}`);
  }

  /** Each application that the product sends is an OIDC one, whose schema says more than the common one. */
  #oidc(schema: object): Schema {
    const common = '#/components/schemas/Application"';
    const text = JSON.stringify(schema).replaceAll(common, '#/components/schemas/OpenIdConnectApplication"');
    return schemaShape.parse(JSON.parse(text));
  }

  readonly #resolve = (pointer: string): Schema => {
    const steps = pointer.split('/').slice(1);
    const found = steps.reduce<unknown>((at, step) => Object(at)[step], this.#document);
    return schemaShape.parse(found);
  };

  #hold(what: string, described: z.infer<typeof media> | undefined, body: unknown): void {
    const schema = described?.content?.['application/json']?.schema;
    if (!schema) return;
    if (Array.isArray(body) && body.some(isOtherApplication)) {
      const clients = body.filter((item) => !isOtherApplication(item));
      this.#holdSchema(what, this.#oidc(schema), clients);
      this.#holdSchema(what, schema, body.filter(isOtherApplication));
    } else this.#holdSchema(what, isOtherApplication(body) ? schema : this.#oidc(schema), body);
  }

  #holdSchema(what: string, schema: object, body: unknown): void {
    const text = JSON.stringify(schema).replaceAll('"#/', '"okta#/');
    const validate = this.#validators.get(text) ?? this.#ajv.compile(JSON.parse(text));
    this.#validators.set(text, validate);
    if (validate(body)) return;
    for (const { instancePath, message } of validate.errors ?? []) {
      this.violations.push(`${what}: ${instancePath} ${message}`);
    }
  }
}

/** What of a schema says which fields there are. */
interface Schema {
  $ref?: string | undefined;
  properties?: Record<string, unknown> | undefined;
  additionalProperties?: unknown;
  items?: unknown;
  readOnly?: boolean | undefined;
  allOf?: unknown[] | undefined;
  oneOf?: unknown[] | undefined;
  anyOf?: unknown[] | undefined;
}

const schemaShape: z.ZodType<Schema> = z.looseObject({
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  readOnly: z.boolean().optional(),
  allOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
});

/** The fields of a request that its schema does not have, or has as Okta's own to say; JSON schemas let both pass. */
function surplusFields(
  resolve: (pointer: string) => Schema,
  schema: Schema,
  value: unknown,
  at = '',
): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const parts = partsOf(resolve, schema);
  if (Array.isArray(value)) {
    const items = parts.flatMap((part) => (part.items ? [schemaShape.parse(part.items)] : []));
    return value.flatMap((item, index) =>
      items.flatMap((each) => surplusFields(resolve, each, item, `${at}/${index}`)),
    );
  }
  const isOpen = parts.some((part) => part.additionalProperties) || !parts.some((part) => part.properties);
  return Object.entries(value).flatMap(([name, inner]) => {
    const described = parts.flatMap((part) =>
      part.properties?.[name] ? [schemaShape.parse(part.properties[name])] : [],
    );
    const where = `${at}/${name}`;
    if (described.length === 0) return isOpen ? [] : [`${where} is not in the contract`];
    const meant = described.flatMap((each) => partsOf(resolve, each));
    if (meant.some((each) => each.readOnly)) return [`${where} is read-only`];
    return described.flatMap((each) => surplusFields(resolve, each, inner, where));
  });
}

/** A schema with all that it refers to and is put together of. */
function partsOf(resolve: (pointer: string) => Schema, schema: Schema): Schema[] {
  const { $ref, allOf = [], oneOf = [], anyOf = [] } = schema;
  const others = [...allOf, ...oneOf, ...anyOf].map((part) => schemaShape.parse(part));
  return [schema, ...($ref ? [resolve($ref)] : []), ...others].flatMap((part, index) =>
    index === 0 ? [part] : partsOf(resolve, part),
  );
}

const otherApplication = z.object({
  name: z.string().refine((name) => name !== 'oidc_client'),
  signOnMode: z.string(),
});

/** Whether it is an application that is no OIDC client; only applications have a sign-on mode. */
function isOtherApplication(value: unknown): boolean {
  return otherApplication.safeParse(value).success;
}

/** The answer without what real orgs answer with although the contract does not have it. */
function withoutRecorded(value: unknown, at = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutRecorded(item, at));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .map(([name, field]): [string, unknown, string] => [name, field, at === '' ? name : `${at}.${name}`])
    // The contract wants an object there, real orgs answer with text.
    .filter(([, , path]) => path !== '_embedded.resourceType')
    .filter(([, field, path]) => field !== null || !NULLS.has(path));
  return Object.fromEntries(
    kept.map(([name, field, path]) => [
      name,
      field === null ? (NULLS_FOR[path] ?? null) : withoutRecorded(field, path),
    ]),
  );
}

/** `nullable: false` says what is so anyway, and ajv refuses it beside a reference. */
function withoutNeedless(key: string, value: unknown): unknown {
  return key === 'nullable' && value === false ? undefined : value;
}
