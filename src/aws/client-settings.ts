import { userAgent } from '../version.ts';

/**
 * For every client of the AWS SDK. Its own retries are off (persist.ts), and CloudTrail shows who calls.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const clientSettings = { maxAttempts: 1, customUserAgent: userAgent };
