import type { Adapter, AdapterPayload } from 'oidc-provider';

/** What all authorization servers of an org have in common: who is signed in, and a sign-in under way. */
const SHARED = new Set(['Session', 'Interaction']);

interface Stored {
  payload: AdapterPayload;
  expiresAt: number;
}

/** Sessions, codes, grants and tokens of the authorization servers, in memory. */
export class TokenStorage {
  readonly #stored = new Map<string, Stored>();

  clear(): void {
    this.#stored.clear();
  }

  /**
   * @param server the authorization server's ID: a code of one is worth nothing at another
   * @param model the kind of thing stored, a name of oidc-provider's
   * @returns the storage of that kind of thing, as oidc-provider asks for it
   */
  adapter(server: string, model: string): Adapter {
    const prefix = SHARED.has(model) ? `${model}:` : `${server}:${model}:`;
    const live = (name: string): AdapterPayload | undefined => {
      const entry = this.#stored.get(name);
      return entry && entry.expiresAt > Date.now() ? entry.payload : undefined;
    };
    const firstWith = (property: 'uid' | 'userCode', value: string): AdapterPayload | undefined => {
      for (const [name, { payload }] of this.#stored) {
        if (name.startsWith(prefix) && payload[property] === value) return live(name);
      }
      return undefined;
    };
    return {
      upsert: async (id, payload, expiresIn = Number.POSITIVE_INFINITY) => {
        const expiresAt = Number.isFinite(expiresIn)
          ? Date.now() + expiresIn * 1000
          : Number.POSITIVE_INFINITY;
        this.#stored.set(prefix + id, { payload, expiresAt });
      },
      find: async (id) => live(prefix + id),
      findByUid: async (uid) => firstWith('uid', uid),
      findByUserCode: async (userCode) => firstWith('userCode', userCode),
      destroy: async (id) => {
        this.#stored.delete(prefix + id);
      },
      consume: async (id) => {
        const payload = live(prefix + id);
        if (payload) payload.consumed = Math.floor(Date.now() / 1000);
      },
      revokeByGrantId: async (grantId) => {
        for (const [name, { payload }] of this.#stored) {
          if (payload.grantId === grantId) this.#stored.delete(name);
        }
      },
    };
  }
}
