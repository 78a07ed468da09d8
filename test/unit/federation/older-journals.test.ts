import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { itemOf, journalIn } from '../../../src/federation/journal/item.ts';
import { begin } from '../../../src/federation/journal/journal.ts';
import { pastOf } from '../../../src/federation/journal/past.ts';
import type { LeaseItem } from '../../../src/lease/table.ts';
import { asked, deleteRequest, idOf } from './requests.ts';

// The first code with a journal wrote this item: a Create that went well, then an Update that was interrupted in a rotation.
// A new release takes over the journals of all that came before it, so no field of these may become required or change.

const recorded = z
  .record(z.string(), z.object({ S: z.string() }))
  .parse(JSON.parse(readFileSync('test/unit/federation/first-journal.json', 'utf8')));
const written = (name: string, item: LeaseItem = recorded): unknown => JSON.parse(item[name]?.S ?? '');

test('a journal of the first code is read whole', () => {
  const { open, standing, answered } = journalIn(recorded);
  expect({ open, standing, answered }).toEqual({
    open: written('open'),
    standing: written('standing'),
    answered: written('answered'),
  });
  expect(open).toHaveLength(1);
  expect(standing).toHaveLength(1);
  expect(answered).toHaveLength(2);
});

test('it is written back as it was', () => {
  const item = itemOf(journalIn(recorded));
  for (const name of ['open', 'standing', 'answered']) expect(written(name, item)).toEqual(written(name));
});

test('a Delete finds in it what stands and what an attempt may have left', () => {
  const request = deleteRequest(
    'delete',
    idOf('0oaEXAMPLE'),
    Date.UTC(2026, 0, 2),
    asked({ SecretVersion: '1' }),
  );
  const past = pastOf(begin(journalIn(recorded), request), request, undefined);
  expect(past.standing?.application).toMatchObject({ id: '0oaEXAMPLE', groupIds: ['00gEXAMPLE'] });
  expect(past.open[0]?.federation?.secret.predecessorIds).toEqual(['ocsEXAMPLE']);
  expect(past.isUpToDate).toBe(true);
});

test('a field of a later release does not make it unreadable', () => {
  const standing = JSON.stringify([{ ...journalIn(recorded).standing[0], ofALaterRelease: { a: 1 } }]);
  expect(journalIn({ ...recorded, standing: { S: standing } }).standing).toEqual(written('standing'));
});
