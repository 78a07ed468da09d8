/** The parts of a file of TypeScript that jsii takes: structs and enums, each with its documentation. */

/** A field of a struct, and what of the given value goes into the template. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly isRequired?: boolean;
  readonly doc: string;
  /** What holds if the field is not given, in words. */
  readonly byDefault?: string;
  /** The name of the property or parameter. */
  readonly target: string;
  /** An expression that gives its value from the field's. */
  readonly write: (given: string) => string;
}

export function struct(name: string, doc: string, fields: readonly Field[]): string {
  const members = fields.map(
    (field) =>
      `${comment(field.doc, field.byDefault, '  ')}\n  readonly ${field.name}${field.isRequired ? '' : '?'}: ${field.type};`,
  );
  return `${comment(doc)}\nexport interface ${name} {\n${members.join('\n\n')}\n}`;
}

export function enumeration(name: string, doc: string, values: readonly string[]): string {
  const members = values.map((value) => `  /** \`${value}\` */\n  ${upperCase(value)} = '${value}',`);
  return `${comment(doc)}\nexport enum ${name} {\n${members.join('\n')}\n}`;
}

/** A function from the struct to what the template takes. It stays inside the library. */
export function writer(name: string, options: string, fields: readonly Field[]): string {
  const lines = fields.map((field) => `    ${field.target}: ${field.write(`options.${field.name}`)},`);
  return [
    `export function ${name}(options: ${options}): Record<string, unknown> {`,
    '  return {',
    ...lines,
    '  };',
    '}',
  ].join('\n');
}

/** `UserPoolId` → `userPoolId`. */
export function camelCase(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** `WithConsent` → `WITH_CONSENT`. */
function upperCase(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
}

function comment(text: string, byDefault?: string, indent = ''): string {
  if (byDefault === undefined) return `${indent}/** ${text} */`;
  return [`${indent}/**`, `${indent} * ${text}`, `${indent} * @default - ${byDefault}`, `${indent} */`].join(
    '\n',
  );
}
