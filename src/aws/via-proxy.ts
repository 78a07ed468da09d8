/**
 * Part of the settings of each client of the AWS SDK: its requests use the proxy that the parameter HttpsProxy names, except
 * for the hosts in NoProxy. Node's own agents do so by `NODE_USE_ENV_PROXY`, but the SDK makes its own.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/https.html#new-agentoptions
 */
export const viaProxy = process.env.HTTPS_PROXY
  ? { requestHandler: { httpsAgent: { keepAlive: true, maxSockets: 50, proxyEnv: process.env } } }
  : {};
