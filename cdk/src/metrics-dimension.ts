/** A provider's name as the dimension Federation has it: CloudWatch takes ASCII only, so the watch escapes other characters. */
export function dimensionOf(providerName: string): string {
  return providerName.replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}
