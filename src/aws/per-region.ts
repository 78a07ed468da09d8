/** More than one provider serves. A forged event may name any region, and many must not fill the memory. */
const mostRegions = 20;

/**
 * Makes one client for each region and keeps it for the events that follow: a new one must resolve its settings again, which
 * takes twice the processor time of a call, and connect by TLS again.
 *
 * @param make a client with the function's own credentials.
 * @returns the client of a region.
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-reusing-connections.html
 */
export function perRegion<Client>(make: (region: string) => Client): (region: string) => Client {
  const clients = new Map<string, Client>();
  return (region) => {
    const known = clients.get(region);
    if (known) return known;
    if (clients.size >= mostRegions) clients.clear();
    const client = make(region);
    clients.set(region, client);
    return client;
  };
}
