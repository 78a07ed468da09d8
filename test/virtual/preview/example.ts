import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readTemplate } from '../../support/template.ts';

/** What CloudFormation writes in a change set instead of a value that it does not know yet. */
export const unknownValue = '{{changeSet:KNOWN_AFTER_APPLY}}';

const template = z.looseObject({
  Parameters: z
    .record(z.string(), z.looseObject({ Type: z.string(), Default: z.unknown().optional() }))
    .default({}),
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** A template of examples/. The tests play its one resource. */
export class Example {
  readonly #template: z.infer<typeof template>;

  constructor(name: string) {
    this.#template = template.parse(readTemplate(readFileSync(`examples/${name}.yaml`, 'utf8')));
  }

  /** Types of its resources, by their logical IDs. */
  get resources(): ReadonlyMap<string, string> {
    return new Map(Object.entries(this.#template.Resources).map(([id, { Type }]) => [id, Type]));
  }

  /**
   * The properties of its Custom::OktaCognitoIdp.
   * @param values of parameters without a default, and of its other resources by their logical IDs.
   */
  properties(values: Readonly<Record<string, string>>): Record<string, unknown> {
    const resource = Object.values(this.#template.Resources).find(
      ({ Type }) => Type === 'Custom::OktaCognitoIdp',
    );
    const { ServiceToken, ...own } = resource?.Properties ?? {};
    return z.record(z.string(), z.unknown()).parse(this.#resolved(own, values));
  }

  #resolved(value: unknown, values: Readonly<Record<string, string>>): unknown {
    if (Array.isArray(value)) return value.map((item: unknown) => this.#resolved(item, values));
    if (typeof value !== 'object' || value === null) return value;
    const [[key = '', inner] = [], ...others] = Object.entries(value);
    if (others.length === 0 && key === 'Ref') return this.#valueOf(z.string().parse(inner), values);
    if (others.length === 0 && key === 'Fn::Sub')
      return z
        .string()
        .parse(inner)
        .replaceAll(/\$\{([\w:]+)\}/g, (_all, name: string) => String(this.#valueOf(name, values)));
    if (key.startsWith('Fn::')) throw new Error(`The test does not know ${key}.`);
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, this.#resolved(each, values)]),
    );
  }

  #valueOf(name: string, values: Readonly<Record<string, string>>): unknown {
    const parameter = this.#template.Parameters[name];
    const value = values[name] ?? parameter?.Default;
    if (value === undefined) throw new Error(`The test gives no value for ${name}.`);
    const isList = parameter?.Type === 'CommaDelimitedList' && typeof value === 'string';
    return isList ? value.split(',') : value;
  }
}
