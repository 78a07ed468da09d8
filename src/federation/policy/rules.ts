/**
 * What a policy takes, in a file of its own: only a provider with a policy loads it, and the schema of a document costs each
 * start what a dozen modules do.
 */
import { parsePolicy } from './document.ts';
import { evaluate, type PolicyRules } from './evaluate.ts';

/**
 * @param text JSON, as it is in the SSM parameter.
 * @param parameter the name of that parameter.
 * @throws PolicyError that names each wrong field and the fix. A document with any error allows nothing.
 */
export function rulesOf(text: string, parameter: string): PolicyRules {
  const policy = parsePolicy(text, parameter);
  return (subject) => evaluate(policy, subject);
}
