import { closest, distance } from 'fastest-levenshtein';
import type * as z from 'zod/mini';
import { PolicyError } from './policy-error.ts';
import { allowSchema, denySchema, documentSchema, ruleSchema } from './schema.ts';

type Document = z.output<typeof documentSchema>;

/** What a rule says of the stacks that it covers. */
export type Rule = Document['rules'][number];

/** The operator's rules, checked. */
export interface Policy {
  readonly rules: readonly Rule[];
  /** The SSM parameter that has the document, for the sentence of a refusal. */
  readonly parameter: string;
}

const mostProblems = 5;

/**
 * Reads the document of the operator's policy.
 * @param text JSON, as it is in the SSM parameter.
 * @param parameter the name of that parameter.
 * @throws PolicyError that names each wrong field and the fix. A document with any error allows nothing.
 */
export function parsePolicy(text: string, parameter: string): Policy {
  const parsed = documentSchema.safeParse(parseJson(text, parameter));
  const problems = parsed.success
    ? sameNames(parsed.data)
    : [...new Set(parsed.error.issues.flatMap((issue) => problemsIn(issue, [])))];
  if (!parsed.success || problems.length > 0) {
    throw new PolicyError(
      `The policy in the SSM parameter ${parameter} is not valid, so nothing is allowed: ${problems.slice(0, mostProblems).join(' ')}`,
    );
  }
  return { rules: parsed.data.rules, parameter };
}

/** A rule as refusals name it: by its name, or else by its place in the document, from 1. */
export function ruleNamed(rule: Rule, index: number): string {
  return rule.name === undefined ? `rule ${index + 1}` : `rule "${rule.name}"`;
}

function parseJson(text: string, parameter: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new PolicyError(
      `The policy in the SSM parameter ${parameter} is not JSON, so nothing is allowed: correct it, and check it with schema/policy.json.`,
      { cause },
    );
  }
}

function sameNames({ rules }: Document): string[] {
  const names = rules.flatMap(({ name }) => name ?? []);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(repeated)].map(
    (name) => `rules: more than one rule is named "${name}"; give each a name of its own.`,
  );
}

function problemsIn(issue: z.core.$ZodIssue, within: readonly PropertyKey[]): string[] {
  const path = [...within, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(path, key));
  if (issue.code === 'invalid_union') {
    // The alternative that the value is meant to be: the one whose own kind is right.
    const meant = issue.errors.find((branch) => branch.length > 0 && !branch.some(isOfAnotherKind));
    if (meant) return meant.flatMap((nested) => problemsIn(nested, path));
  }
  // Zod's own words, for what has no message in the schema, read badly in a sentence.
  const message = issue.message.startsWith('must ') ? issue.message : 'is not valid';
  return [`${named(path)} ${message}.`];
}

function isOfAnotherKind({ code, path }: z.core.$ZodIssue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

/** As JavaScript writes it: `rules[0].allow.pools`. */
function named(path: readonly PropertyKey[]): string {
  const text = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part).slice(0, 64)}`))
    .join('');
  return text.replace(/^\./, '') || 'The document';
}

function unknownField(path: readonly PropertyKey[], key: string): string {
  const known = fieldsAt(path);
  const nearest = closest(key.slice(0, 64), known);
  const fix =
    distance(key.slice(0, 64).toLowerCase(), nearest.toLowerCase()) <= 3
      ? `write ${nearest}`
      : `the fields here are ${known.join(', ')}`;
  return `${named([...path, key])} is not a field of the policy; ${fix}.`;
}

function fieldsAt(path: readonly PropertyKey[]): string[] {
  const [list, place] = path.slice(-2);
  if (list === 'pools') return ['tag', 'value'];
  if (list === 'rules' && typeof place === 'number') return Object.keys(ruleSchema.shape);
  if (place === 'allow') return Object.keys(allowSchema.shape);
  return place === 'deny' ? Object.keys(denySchema.shape) : Object.keys(documentSchema.shape);
}
