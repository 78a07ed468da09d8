/** The errors by which Cognito refuses a key of a request; which one depends on the layer that reads the key. */
const refusals = new Set(['InvalidParameterException', 'SerializationException', 'ValidationException']);
const refusesKey = /not a valid key|unknown|unrecognized|unexpected|unsupported|not supported|read-only/i;

/**
 * Finds the key that Cognito shows in a description and refuses in an update. AWS can add such a key at any time.
 * @param sent the keys that may be left out.
 * @returns the key that the error names, or `undefined` if the error is about something else.
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/36311
 */
export function refusedKey(error: unknown, sent: readonly string[]): string | undefined {
  if (!(error instanceof Error) || !refusals.has(error.name) || !refusesKey.test(error.message)) {
    return undefined;
  }
  const words = error.message.split(/[^\w:.-]+/);
  return sent.find((key) => words.includes(key));
}
