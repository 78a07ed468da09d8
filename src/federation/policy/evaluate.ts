import { isPolicyId } from '../../okta/identifiers.ts';
import { type Asked, askedBy, secretNames, writtenBy } from './asked.ts';
import { type Policy, type Rule, ruleNamed } from './document.ts';
import { matches, matchesAny, matchesLoosely } from './glob.ts';
import type { Said } from './schema.ts';
import type { Subject, Written } from './subject.ts';

/** What the policy says to a federation. The sentence is for the person who deploys. */
export type Verdict = { readonly allowed: true } | { readonly refused: string };

/** The operator's policy, ready to be asked. Pure; never throws. */
export type PolicyRules = (subject: Subject | Written) => Verdict;

/**
 * Says whether the operator lets a stack have this federation. The first rule that covers the stack decides: all that the
 * federation asks for must be allowed by it, and nothing denied. Pure; never throws.
 * @param subject before anything is looked at, what the template writes: what depends on a look is then not judged.
 */
export function evaluate(policy: Policy, subject: Subject | Written): Verdict {
  const rule = ruleFor(policy, subject);
  if (!rule) return { refused: notCovered(policy, subject) };
  const asked = 'settings' in subject ? askedBy(subject) : writtenBy(subject);
  const refused = asked.find((one) => !isAllowed(rule, one));
  return refused ? { refused: notAllowed(policy, rule, refused) } : { allowed: true };
}

/** The rule that decides on a stack. */
function ruleFor(
  { rules }: Policy,
  { stackName, accountId }: Pick<Written, 'stackName' | 'accountId'>,
): Rule | undefined {
  return rules.find(
    ({ stacks, accounts }) => matchesAny(stacks, stackName) && matchesAny(accounts, accountId),
  );
}

function isAllowed({ allow, deny }: Rule, asked: Asked): boolean {
  if (deny && isDenied(deny, asked)) return false;
  if (allow === 'Everything') return true;
  return allow[asked.field] === undefined ? asked.isDefault === true : isNamed(allow, asked);
}

function notCovered(
  { parameter }: Policy,
  { stackName, accountId }: Pick<Written, 'stackName' | 'accountId'>,
): string {
  return `No rule of the operator's policy covers stack ${stackName} of account ${accountId}; ${whoCanChange(parameter)}`;
}

function notAllowed({ parameter, rules }: Policy, rule: Rule, { property, what }: Asked): string {
  const name = ruleNamed(rule, rules.indexOf(rule));
  return `${property}: ${name} of the operator's policy does not allow ${what}; ${whoCanChange(parameter)}`;
}

function whoCanChange(parameter: string): string {
  return `ask the operator of the provider stack, who can change the policy in the SSM parameter ${parameter}.`;
}

/** Exactly as the rule writes it. */
function isNamed(allow: Said, asked: Asked): boolean {
  switch (asked.field) {
    case 'pools':
      return (allow.pools ?? []).some((pool) =>
        typeof pool === 'string'
          ? matches(pool, asked.id)
          : Object.hasOwn(asked.tags, pool.tag) && matches(pool.value, asked.tags[pool.tag] ?? ''),
      );
    case 'attributes':
    case 'claims':
      return isPairNamed(allow[asked.field] ?? {}, asked.from, asked.to);
    case 'deleteAdopted':
      return allow.deleteAdopted === true;
    default: {
      const patterns = allow[asked.field] ?? [];
      return asked.called.some((name) =>
        asked.isWord ? patterns.includes(name) : matchesAny(patterns, name),
      );
    }
  }
}

/** An entry of this very name stands alone; or else every pattern that covers the name must agree. */
function isPairNamed(pairs: Readonly<Record<string, readonly string[]>>, from: string, to: string): boolean {
  const entries = Object.entries(pairs);
  const own = entries.filter(([name]) => name === from);
  const covering = own.length > 0 ? own : entries.filter(([name]) => matches(name, from));
  return covering.length > 0 && covering.every(([, patterns]) => matchesAny(patterns, to));
}

/** In any spelling. */
function isDenied(deny: Said, asked: Asked): boolean {
  switch (asked.field) {
    case 'pools':
      return (deny.pools ?? []).some((pool) =>
        typeof pool === 'string'
          ? matchesLoosely(pool, asked.id)
          : Object.entries(asked.tags).some(
              ([tag, value]) => matchesLoosely(pool.tag, tag) && matchesLoosely(pool.value, value),
            ),
      );
    case 'attributes':
    case 'claims':
      return Object.entries(deny[asked.field] ?? {}).some(
        ([from, patterns]) =>
          matchesLoosely(from, asked.from) && patterns.some((to) => matchesLoosely(to, asked.to)),
      );
    case 'deleteAdopted':
      return deny.deleteAdopted === true;
    default: {
      const patterns = (deny[asked.field] ?? []).flatMap((pattern) =>
        asked.field === 'oktaSecrets' ? [pattern, ...secretNames(pattern)] : [pattern],
      );
      if (asked.isNameUnknown && patterns.some((pattern) => !isPolicyId(pattern))) return true;
      const names = [...asked.called, ...(asked.alsoCalled ?? [])];
      return patterns.some((pattern) => names.some((name) => matchesLoosely(pattern, name)));
    }
  }
}
