import { defaults } from '../properties/defaults.ts';
import { InvalidRequestError, type Properties, parseProperties } from '../properties/properties.ts';
import { type Asked, askedBy } from './asked.ts';
import { type Policy, parsePolicy, type Rule, ruleNamed } from './document.ts';
import { isAllowed, notAllowed, notCovered, ruleFor } from './evaluate.ts';
import { PolicyError } from './policy-error.ts';
import { governed, type Subject } from './subject.ts';

/** One line of the checklist. */
export interface PolicyCheck {
  readonly name: string;
  /** Each a sentence; none if the check passed. */
  readonly problems: readonly string[];
  /** Why it was not checked, in a few words. */
  readonly skipped?: string;
}

/** What is known of a stack that is not deployed yet. */
interface KnownBefore {
  /** The name or the path of the document, for the sentences. */
  readonly parameter?: string;
  readonly region?: string;
  /** The user pool's tags; without them, a rule that asks for a tag is not checked. */
  readonly poolTags?: Readonly<Record<string, string>>;
}

const unknownPoolId = 'unknown-0_Unknown';

/**
 * Checks what a policy says to a template, before it is deployed. Pure.
 * @param documentText the policy, JSON.
 * @param templateProperties the resource's properties as they are in the template. What an intrinsic function gives is not
 * known yet, and is not checked.
 * @param stackName the name that the stack will have.
 * @param accountId the account that it will be in, 12 digits.
 */
export function checkPolicy(
  documentText: string,
  templateProperties: Readonly<Record<string, unknown>>,
  stackName: string,
  accountId: string,
  { parameter = 'that PolicyParameter names', region = '', poolTags }: KnownBefore = {},
): PolicyCheck[] {
  const valid = 'the policy is valid';
  const policy = attempt(PolicyError, () => parsePolicy(documentText, parameter));
  if ('problem' in policy) return [{ name: valid, problems: [policy.problem] }];

  const unknown = Object.keys(templateProperties).filter((name) => hasIntrinsic(templateProperties[name]));
  const input = {
    ...Object.fromEntries(Object.entries(templateProperties).filter(([name]) => !unknown.includes(name))),
    ...(unknown.includes('UserPoolId') ? { UserPoolId: unknownPoolId } : {}),
  };
  const properties = attempt(InvalidRequestError, () => parseProperties(input));
  const template = 'the properties in the template are valid';
  const validity = { name: valid, problems: [] };
  if ('problem' in properties) return [validity, { name: template, problems: [properties.problem] }];

  const stack = { stackName, accountId };
  const rule = ruleFor(policy.value, stack);
  const covered = `a rule covers stack ${stackName} of account ${accountId}`;
  const before = [validity, { name: template, problems: [] }];
  if (!rule) return [...before, { name: covered, problems: [notCovered(policy.value, stack)] }];

  const subject: Subject = {
    ...stack,
    region,
    properties: properties.value,
    poolTags: poolTags ?? {},
    settings: { attributeMapping: mappingOf(properties.value) },
  };
  const named = `${covered}: ${ruleNamed(rule, policy.value.rules.indexOf(rule))}`;
  return [
    ...before,
    { name: named, problems: [] },
    ...governed
      .filter((property) => unknown.includes(property))
      .map((name) => ({ name, problems: [], skipped: 'its value is known at deployment only' })),
    ...askedBy(subject)
      .filter(({ property }) => !unknown.includes(property.split('.')[0] ?? property))
      .map((asked) => lineOf(policy.value, rule, asked, poolTags !== undefined)),
  ];
}

function lineOf(policy: Policy, rule: Rule, asked: Asked, areTagsKnown: boolean): PolicyCheck {
  const name = `${asked.property}: ${asked.what}`;
  if (asked.field === 'pools' && !areTagsKnown && dependsOnTags(rule, asked)) {
    return { name, problems: [], skipped: "the pool's tags are known at deployment only" };
  }
  return { name, problems: isAllowed(rule, asked) ? [] : [notAllowed(policy, rule, asked)] };
}

/** With other tags the answer could be another. */
function dependsOnTags(rule: Rule, asked: Asked): boolean {
  const hasTags = (said: Rule['allow'] | Rule['deny']) =>
    typeof said === 'object' && (said.pools ?? []).some((pool) => typeof pool !== 'string');
  if (isAllowed(rule, asked)) return hasTags(rule.deny);
  const isDenied = !isAllowed({ ...rule, allow: 'Everything' }, asked);
  return !isDenied && hasTags(rule.allow);
}

function mappingOf({ AttributeMapping, Adopt }: Properties): Readonly<Record<string, string>> {
  // An adopted provider keeps its mapping, which is not known here.
  return AttributeMapping ?? (Adopt ? {} : defaults.attributeMapping);
}

/** A function of CloudFormation stands for the value, or for a part of it. */
function hasIntrinsic(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasIntrinsic);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, part]) => /^(?:Ref|Condition|Fn::.+)$/.test(key) || hasIntrinsic(part),
  );
}

function attempt<T>(
  expected: abstract new (...args: never[]) => Error,
  work: () => T,
): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof expected)) throw error;
    return { problem: error.message };
  }
}
