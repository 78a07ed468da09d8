import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Answers that real Okta orgs gave to others; they lie beside the project, if anywhere. */
const FOLDER = join(__dirname, '../../../../shared/okta-recordings');

const recording = z.object({
  request: z.object({
    method: z.string(),
    path: z.string(),
    query: z.string().nullable(),
    body: z.unknown(),
  }),
  status: z.number(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  body: z.unknown(),
});

const documents = z.array(z.object({ source: z.string(), document: z.looseObject({ id: z.string() }) }));

/** One exchange with a real org. */
export interface Recording extends z.infer<typeof recording> {
  /** Its file, and for a document its number. */
  readonly name: string;
}

/** @returns all recorded exchanges. jest.config.mjs leaves out the tests of them if the folder is not there. */
export function recordings(): Recording[] {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
  const exchanges = readdirSync(FOLDER).flatMap((file) => {
    const parsed = file.endsWith('.json') ? recording.safeParse(read(file)).data : undefined;
    return parsed ? [{ name: file.replace('.json', ''), ...parsed }] : [];
  });
  const single = documents.parse(read('oidc-web-documents.json')).map(({ document }, index) => ({
    name: `oidc-web-documents ${index}`,
    request: { method: 'GET', path: `/api/v1/apps/${document.id}`, query: null, body: null },
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: document,
  }));
  return [...exchanges, ...single];
}
