import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';

/** Okta's published contract of the operations that the product calls; it lies beside the project, if anywhere. */
const FILE = join(__dirname, '../../../shared/openapi.json');

const reference = z.object({ $ref: z.string() });
const media = z.object({
  content: z.object({ 'application/json': z.object({ schema: z.looseObject({}) }).optional() }).optional(),
});
const operation = z.object({
  requestBody: media.optional(),
  responses: z.record(z.string(), z.union([reference, media])),
});
const contractSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({ responses: z.record(z.string(), media) }),
});

/** One call of the Management API and its answer. */
export interface Exchange {
  method: string;
  path: string;
  requestBody?: unknown;
  status: number;
  answerBody?: unknown;
}

/** Holds calls and answers against Okta's contract, and keeps what breaks it. */
export class OktaContract {
  readonly violations: string[] = [];
  readonly #checked = new Set<string>();
  readonly #document = contractSchema.parse(JSON.parse(readFileSync(FILE, 'utf8'), withoutNeedless));
  readonly #ajv = new Ajv({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  /** @returns the contract; nothing where its file is not there */
  static find(): OktaContract | undefined {
    return existsSync(FILE) ? new OktaContract() : undefined;
  }

  private constructor() {
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(this.#document, 'okta');
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
    if (!answer && status < 400) this.violations.push(`${name}: the contract has no answer ${status}`);
    const described =
      answer && '$ref' in answer ? this.#document.components.responses.ErrorAccessDenied403 : answer;
    if (answerBody !== undefined) this.#hold(`${name}: answer ${status}`, described, answerBody);
  }

  /** @returns the operations of the contract that nobody has called yet */
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

  #hold(what: string, described: z.infer<typeof media> | undefined, body: unknown): void {
    const schema = described?.content?.['application/json']?.schema;
    if (!schema) return;
    // Each application here is an OIDC one, whose schema says more than the common one.
    const text = JSON.stringify(schema)
      .replaceAll('#/components/schemas/Application"', '#/components/schemas/OpenIdConnectApplication"')
      .replaceAll('"#/', '"okta#/');
    const validate = this.#validators.get(text) ?? this.#ajv.compile(JSON.parse(text));
    this.#validators.set(text, validate);
    if (validate(body)) return;
    for (const { instancePath, message } of validate.errors ?? []) {
      this.violations.push(`${what}: ${instancePath} ${message}`);
    }
  }
}

/** `nullable: false` says what is so anyway, and ajv refuses it beside a reference. */
function withoutNeedless(key: string, value: unknown): unknown {
  return key === 'nullable' && value === false ? undefined : value;
}
