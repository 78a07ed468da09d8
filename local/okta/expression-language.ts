import { z } from 'zod';

/** What an expression may ask about: the user who signs in. */
export interface ExpressionSubject {
  readonly user: Readonly<Record<string, unknown>>;
  readonly groups: readonly { readonly id: string; readonly name: string; readonly type: string }[];
}

type Evaluate = (subject: ExpressionSubject) => unknown;

const STRING = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')$/;
const PATH = /^user\.(?:profile\.)?(\w+)$/;
const GROUPS = /^user\.getGroups\(\s*(.*?)\s*\)\.!\[\s*(?:profile\.)?(name|id)\s*\]$/s;

/** How a group's attribute is compared with the value of a `user.getGroups` criterion. */
const OPERATORS = {
  EXACT: (value: string, wanted: string) => value === wanted,
  STARTS_WITH: (value: string, wanted: string) => value.startsWith(wanted),
  CONTAINS: (value: string, wanted: string) => value.includes(wanted),
} as const;

const criterion = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const operator = z.enum(['EXACT', 'STARTS_WITH', 'CONTAINS']);

/**
 * Reads as much of Okta's expression language as claims commonly use: text in quotes, `user.email`,
 * `user.profile.department`, and `user.getGroups({'group.profile.name': 'a', 'operator': 'STARTS_WITH'}).![profile.name]`.
 *
 * @param expression a federated claim's
 * @returns what it comes to for a user; nothing for an expression that it cannot read
 * @see https://developer.okta.com/docs/reference/okta-expression-language-in-identity-engine/
 */
export function readExpression(expression: string): Evaluate | undefined {
  const text = expression.trim();
  const literal = STRING.exec(text);
  if (literal) {
    const value = (literal[1] ?? literal[2] ?? '').replace(/\\(.)/g, '$1');
    return () => value;
  }
  const [, attribute] = PATH.exec(text) ?? [];
  if (attribute !== undefined) return ({ user }) => user[attribute] ?? null;
  const [, given, shown] = GROUPS.exec(text) ?? [];
  if (given === undefined) return undefined;
  const criteria = readCriteria(given);
  if (!criteria) return undefined;
  return ({ groups }) =>
    groups
      .filter((group) => criteria.every((matches) => matches(group)))
      .map(({ id, name }) => (shown === 'id' ? id : name));
}

/** @returns whether Okta takes the expression; it refuses one that it cannot read */
export function isExpression(expression: string): boolean {
  return readExpression(expression) !== undefined;
}

type Matches = (group: ExpressionSubject['groups'][number]) => boolean;

/** Each criterion is an object, as `{'group.type': {'OKTA_GROUP'}}`; all must match. */
function readCriteria(text: string): Matches[] | undefined {
  if (text === '') return [];
  const lists = text.replace(/'/g, '"').replace(/\{\s*("[^":{}]*"(?:\s*,\s*"[^":{}]*")*)\s*\}/g, '[$1]');
  const parsed = z.array(criterion).safeParse(jsonOf(`[${lists}]`));
  if (!parsed.success) return undefined;
  const read = parsed.data.map(readCriterion);
  return read.every((matches) => matches !== undefined) ? read : undefined;
}

function readCriterion(given: z.infer<typeof criterion>): Matches | undefined {
  const compare = OPERATORS[operator.catch('EXACT').parse(given.operator)];
  const conditions: Matches[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (name === 'operator') continue;
    const wanted = [value].flat();
    if (name === 'group.id') conditions.push(({ id }) => wanted.includes(id));
    else if (name === 'group.type') conditions.push(({ type }) => wanted.includes(type));
    else if (name === 'group.profile.name')
      conditions.push((group) => wanted.some((each) => compare(group.name, each)));
    else return undefined;
  }
  return (group) => conditions.every((matches) => matches(group));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
