/**
 * A local Okta org: `node local/okta/main.ts`.
 *
 * Set by environment variables: OKTA_PORT (the org), OKTA_ADMIN_PORT (its control port), OKTA_API_TOKEN (the token
 * that its Management API accepts), OKTA_ID_TOKENS (`full` puts profile claims into ID tokens), OKTA_READ_LAG_MS (for how
 * long the calls about a new application answer 404, at most). It is ready when `GET /health` of the control port answers
 * 200.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { z } from 'zod';
import { createControl } from './control.ts';
import { createFront } from './front.ts';
import { Org } from './org.ts';
import { READ_LAG_MS } from './settings.ts';
import { createStage } from './stage.ts';

const { OKTA_PORT, OKTA_ADMIN_PORT, OKTA_API_TOKEN, OKTA_ID_TOKENS, OKTA_READ_LAG_MS } = z
  .object({
    OKTA_PORT: z.coerce.number().int().default(8480),
    OKTA_ADMIN_PORT: z.coerce.number().int().default(8481),
    OKTA_API_TOKEN: z.string({ error: 'OKTA_API_TOKEN is not set: make one up and export it.' }).min(1),
    OKTA_ID_TOKENS: z.enum(['thin', 'full']).default('thin'),
    OKTA_READ_LAG_MS: z.coerce.number().int().min(0).default(READ_LAG_MS),
  })
  .parse(process.env);

const urls = { org: `http://127.0.0.1:${OKTA_PORT}`, custom: `http://localhost:${OKTA_PORT}` };
const usual = { idTokens: OKTA_ID_TOKENS, readLagMs: OKTA_READ_LAG_MS };
const stage = await createStage(new Org(OKTA_API_TOKEN, { usual }), urls);

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

// The control port last: when it answers, all is there.
await listen(createFront(stage), OKTA_PORT);
await listen(createControl(stage), OKTA_ADMIN_PORT);
console.log(`Okta org at ${urls.org}, control port at http://127.0.0.1:${OKTA_ADMIN_PORT}`);

for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const)
  process.once(signal, () => process.exit(0));
