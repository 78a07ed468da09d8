import { type Policy, parsePolicy } from '../../../src/federation/policy/document.ts';
import { evaluate } from '../../../src/federation/policy/evaluate.ts';
import type { Subject } from '../../../src/federation/policy/subject.ts';
import { defaults } from '../../../src/federation/properties/defaults.ts';
import { properties } from './world.ts';

/** The provider stack's own Okta secret. */
export const ownSecretId = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:provider/okta-AbCdEf';

export const parameter = '/okta-cognito-idp/policy';

type Given = Record<string, unknown> & Pick<Subject['properties'], 'Claims' | 'AuthenticationPolicy'>;

/** A federation of the red team's stack, with what a template says of it. */
export function subject(given: Given = {}, of: Partial<Subject> = {}): Subject {
  const { Claims, AuthenticationPolicy, ...others } = given;
  const parsed = properties({ Access: 'Nobody', ...others });
  return {
    stackName: 'red-shop',
    accountId: '111122223333',
    properties: { ...parsed, Claims, AuthenticationPolicy },
    ownSecretId,
    poolTags: { team: 'red' },
    settings: { attributeMapping: parsed.AttributeMapping ?? defaults.attributeMapping },
    ...of,
  };
}

/** A policy with one rule, for the red team's stacks. */
export function redRule(rule: Record<string, unknown>): Policy {
  return policy([{ name: 'red', stacks: ['red-*'], accounts: ['*'], ...rule }]);
}

/** A rule that allows the pool and this. */
export function allowing(allow: Record<string, unknown>, deny?: Record<string, unknown>): Policy {
  return redRule({ allow: { pools: ['*'], ...allow }, ...(deny ? { deny } : {}) });
}

/** A rule that allows everything but this. */
export function denying(deny: Record<string, unknown>): Policy {
  return redRule({ allow: 'Everything', deny });
}

export function policy(rules: readonly unknown[]): Policy {
  return parsePolicy(JSON.stringify({ rules }), parameter);
}

/** `allowed`, or the sentence of the refusal. */
export function verdict(document: Policy, asked: Subject): string {
  const said = evaluate(document, asked);
  return 'refused' in said ? said.refused : 'allowed';
}
