import { bundleOf } from './bundles.ts';
import { Stack } from './cloudformation.ts';
import type { Invoke } from './invocation.ts';
import { bundle } from './lambda-process.ts';
import { startPoolDomains } from './pool-domains.ts';
import { type Relay, startRelay } from './relay.ts';
import type { Surroundings } from './surroundings.ts';

/** The bundle with a relay between it and all that is around it. */
export interface Relayed extends AsyncDisposable {
  readonly relay: Relay;
  readonly invoke: Invoke;
  /** The bundle's environment variables, by which all its calls go through the relay. */
  readonly environment: Readonly<Record<string, string>>;
  /** A new stack whose one resource is the bundle's, run in a process of its own for each event, or by what is given. */
  stackOf(invoke?: Invoke): Stack;
}

/** Starts a relay in the middle of surroundings that are there. */
export async function startRelayed({ environment, cognito, bucket }: Surroundings): Promise<Relayed> {
  await using started = new AsyncDisposableStack();
  const { AWS_ENDPOINT_URL: aws = '', AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: _, ...rest } = environment;
  const relay = started.use(await startRelay({ aws, cognito: cognito.url }));
  const domains = started.use(await startPoolDomains(relay.port));
  const relayedEnvironment = {
    ...rest,
    ...domains.environment,
    AWS_ENDPOINT_URL: relay.url,
    HTTP_PROXY: relay.url,
    NO_PROXY: '',
  };
  const invoke = bundle({ file: bundleOf('provider'), environment: relayedEnvironment });
  const all = started.move();
  return {
    relay,
    invoke,
    environment: relayedEnvironment,
    stackOf: (runner = invoke) => new Stack({ invoke: runner, bucket }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
