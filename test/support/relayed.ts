import { Stack } from './cloudformation.ts';
import type { Invoke } from './invocation.ts';
import { bundle } from './lambda-process.ts';
import { startPoolDomains } from './pool-domains.ts';
import { type Relay, startRelay } from './relay.ts';
import { providerBundle, type Surroundings } from './surroundings.ts';

/** The bundle with a relay between it and all that is around it. */
export interface Relayed extends AsyncDisposable {
  readonly relay: Relay;
  readonly invoke: Invoke;
  /** A new stack whose one resource is the bundle's. */
  stack(logicalResourceId?: string): Stack;
}

/** Starts a relay in the middle of surroundings that are there. */
export async function startRelayed({ environment, cognito, bucket }: Surroundings): Promise<Relayed> {
  await using started = new AsyncDisposableStack();
  const { AWS_ENDPOINT_URL: aws = '', AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: _, ...rest } = environment;
  const relay = started.use(await startRelay({ aws, cognito: cognito.url }));
  const domains = started.use(await startPoolDomains(relay.port));
  const invoke = bundle({
    file: providerBundle,
    environment: {
      ...rest,
      ...domains.environment,
      AWS_ENDPOINT_URL: relay.url,
      HTTP_PROXY: relay.url,
      NO_PROXY: '',
    },
  });
  const all = started.move();
  return {
    relay,
    invoke,
    stack: (logicalResourceId = 'Federation') => new Stack({ invoke, bucket, logicalResourceId }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
