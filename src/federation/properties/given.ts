/** What a template really gives: an empty value comes from an empty parameter, and counts as not given. */

/** An empty `Access` must not become the default, which lets everyone in; an empty `Adopt` names nothing to adopt. */
const neverEmpty: ReadonlySet<string> = new Set(['UserPoolId', 'Access']);

/**
 * @param known the names of all properties: another one is refused also if it is empty, because `Acess: ''` means `Access`.
 * @returns the properties without the optional ones that are empty; a nested object likewise.
 */
export function given(
  input: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries(input).map(([name, value]) => [name, part(name, value)] as const);
  // Keeps a key called __proto__ a key, which is then refused.
  return Object.fromEntries(
    entries.filter(
      ([name, value]) => neverEmpty.has(name) || !Object.hasOwn(known, name) || !isEmpty(value, name),
    ),
  );
}

function part(name: string, value: unknown): unknown {
  if ((name !== 'Adopt' && name !== 'SecretRotation') || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => !isBlank(inner)));
}

function isEmpty(value: unknown, name: string): boolean {
  if (isBlank(value)) return true;
  if (Array.isArray(value)) return value.flat().every(isBlank);
  return name !== 'Adopt' && isObject(value) && Object.keys(value).length === 0;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
