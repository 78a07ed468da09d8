/** Writes a run's exchanges as recordings, and refuses to if anything of the org is left in them. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leaks } from '../test/support/leaks.ts';
import type { Exchange } from './exchange.ts';
import { type Recording, Redactor } from './redaction/redact.ts';

/** Something of the org is left in a recording: none is written. The message does not quote it. */
export class RedactionError extends Error {
  override readonly name = 'RedactionError';
}

/** Values that must be in no recording, by what each is. */
export type Forbidden = ReadonlyMap<string, string>;

// What is shorter is in any text.
const LEAST_LENGTH = 6;
const SECRET_FIELD =
  /^(client_secret|secret_hash|access_token|id_token|refresh_token|client_assertion|value)$/;
const PERSONAL_FIELD = /^(email|login|firstName|lastName|secondEmail|mobilePhone|displayName)$/;
const ID = /^[0-9a-z]{3}[0-9A-Za-z]{17}$/;

/** The secrets, IDs and personal values in the exchanges themselves. */
export function forbiddenIn(exchanges: readonly Exchange[]): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (value: unknown, field: string): void => {
    if (typeof value === 'string') {
      if (value.length < LEAST_LENGTH) return;
      if (SECRET_FIELD.test(field)) found.set(`a ${field} (${found.size})`, value);
      else if (PERSONAL_FIELD.test(field) && !/^(Everyone|profile)$/.test(value))
        found.set(`a person's ${field} (${found.size})`, value);
      else if (ID.test(value)) found.set(`an ID (${found.size})`, value);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) visit(each, Array.isArray(value) ? field : name);
    }
  };
  for (const { sent, body } of exchanges) {
    visit(sent, '');
    visit(body, '');
  }
  // One value may be found many times.
  return new Map(
    [...new Map([...found].map(([what, value]) => [value, what]))].map(([value, what]) => [what, value]),
  );
}

/**
 * Redacts all exchanges.
 *
 * @param source - where they come from, such as `make acceptance 0.1.0, Identity Engine`
 * @param forbidden - beside what is found in the exchanges: the org's host, the token, the person
 * @throws RedactionError if something of these is left
 */
export function recordingsOf(
  exchanges: readonly Exchange[],
  orgUrl: string,
  source: string,
  forbidden: Forbidden,
): Recording[] {
  const redactor = new Redactor(orgUrl);
  const recordings = exchanges.map((exchange) => redactor.redact(exchange, source));
  // The source and the note are this project's own words.
  const texts = recordings.map(({ source: _source, note: _note, ...each }) => JSON.stringify(each));
  const places = new Map(texts.map((text, n) => [`exchange ${n + 1}`, text]));
  const left = leaks(new Map([...forbiddenIn(exchanges), ...forbidden]), places);
  if (left.length > 0) throw new RedactionError(`No recording is written: ${left.slice(0, 5).join('; ')}.`);
  return recordings;
}

/** Writes each recording into a file of its own, and an index. */
export function writeRecordings(folder: string, recordings: readonly Recording[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const index = recordings.map((recording, n) => {
    const { request, status, note } = recording;
    const path = request.path.replace(/^\/api\/v1\//, '');
    const kind = path.replaceAll(/\/?[0-9a-z]{3}[0-9A-Za-z]{17}|\/?(segment|text)-\d+/g, '');
    const slug = kind.replaceAll(/[^A-Za-z]+/g, '-').toLowerCase();
    const name = `${String(n + 1).padStart(3, '0')}-${request.method.toLowerCase()}-${slug}-${status}.json`;
    writeFileSync(join(folder, name), `${JSON.stringify(recording, null, 1)}\n`);
    return `- ${name}: ${request.method} ${path} → ${status}. ${note}\n`;
  });
  writeFileSync(join(folder, 'INDEX.md'), index.join(''));
}
