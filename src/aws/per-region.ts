/** More than one provider serves. A forged event may name any region, and many must not fill the memory. */
const mostRegions = 20;
/** AWS closes a connection that is idle for a minute. A function that was frozen does not notice. */
const mostIdleMs = 50_000;

/**
 * Makes one client for each region and keeps it for events that follow within a minute. A new one must resolve its settings
 * again, which takes twice the processor time of a call, and connect by TLS again.
 *
 * @param make a client with the function's own credentials.
 * @returns the client of a region.
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-reusing-connections.html
 */
export function perRegion<Client>(make: (region: string) => Client): (region: string) => Client {
  const clients = new Map<string, { readonly client: Client; readonly usedAt: number }>();
  return (region) => {
    const now = Date.now();
    const known = clients.get(region);
    const isFresh = known !== undefined && now - known.usedAt < mostIdleMs;
    if (!known && clients.size >= mostRegions) clients.clear();
    const client = isFresh ? known.client : make(region);
    clients.set(region, { client, usedAt: now });
    return client;
  };
}
