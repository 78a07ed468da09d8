/** The operator's policy cannot be used. The message says what is wrong in it and how to fix that. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}
