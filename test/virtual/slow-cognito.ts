import type { Scene } from './at-the-doors/scene.ts';

/** For so long, some of Cognito's servers may use the secret that they had before. AWS names no time. */
const slownessMs = 60_000;

/**
 * Watches a scene with a Cognito that is slow to use a new client secret.
 * @returns a function that gives the moments at which Okta did not accept a secret that some server still used.
 */
export function oldSecretsUnaccepted(scene: Scene): () => readonly string[] {
  const { world } = scene;
  const used = new Map<string, number>();
  const moments: string[] = [];
  let last: string | undefined;
  world.network.heard = ({ method, url }) => {
    const now = world.time.now();
    const current = scene.provider?.ProviderDetails.client_secret;
    // What was in use until now may be in use for a while.
    if (last !== undefined) used.set(last, now);
    if (current !== undefined) used.set(current, now);
    last = current;
    const accepted = scene.application.secrets.flatMap(({ status, value }) =>
      status === 'ACTIVE' ? [value] : [],
    );
    for (const [secret, until] of used) {
      if (now - until < slownessMs && !accepted.includes(secret))
        moments.push(`${method} ${url.pathname}, ${now - until} ms after it was replaced`);
    }
  };
  return () => {
    world.network.heard = () => {};
    return moments;
  };
}
