import { format, inspect } from 'node:util';
import { Secret } from '../../../src/secret.ts';

describe('a secret', () => {
  const secret = new Secret('a-hidden-value');

  it('gives its value only when asked to reveal it', () => {
    expect(secret.reveal()).toBe('a-hidden-value');
  });

  it.each([
    ['a template', `${secret}`],
    ['JSON', JSON.stringify({ nested: [secret] })],
    ['inspect', inspect({ nested: { secret } }, { depth: 9, showHidden: true })],
    ['console', format('%s %o %j', secret, secret, secret)],
    ['an error', String(new Error(`failed with ${secret}`))],
    ['its fields', JSON.stringify(Object.entries(secret))],
  ])('does not show in %s', (_, text) => {
    expect(text).not.toContain('hidden');
  });
});
