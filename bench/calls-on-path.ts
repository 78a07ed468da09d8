/** Calls on the critical path of each operation, for a pool with one domain and one app client: docs/how-it-works.md. */
export const callsOnPath = { create: 10, unchanged: 5, update: 8, delete: 9 } as const;

export type Operation = keyof typeof callsOnPath;
