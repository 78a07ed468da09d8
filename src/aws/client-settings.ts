import { userAgent } from '../version.ts';

/**
 * The SDK makes its own connections, which do without Node's own `NODE_USE_ENV_PROXY`: they have to be given the proxy of
 * HttpsProxy, and the hosts of NoProxy.
 * @see https://nodejs.org/docs/latest-v24.x/api/https.html#new-agentoptions
 */
const viaProxy = process.env.HTTPS_PROXY
  ? { requestHandler: { httpsAgent: { keepAlive: true, maxSockets: 50, proxyEnv: process.env } } }
  : {};

/**
 * For every client of the AWS SDK. Its own retries are off (call-with-retries.ts), and CloudTrail shows who calls.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const clientSettings = { maxAttempts: 1, customUserAgent: userAgent, ...viaProxy };
