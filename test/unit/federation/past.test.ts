import fc from 'fast-check';
import type { CustomResourceRequest } from '../../../src/cloudformation/request.ts';
import type { Answer } from '../../../src/cloudformation/response.ts';
import { begin, end, type Journal, record } from '../../../src/federation/journal/journal.ts';
import {
  isUntouched,
  knownAt,
  pastOf,
  rollsBack,
  stillStanding,
  takesBackSuccess,
} from '../../../src/federation/journal/past.ts';
import type { FederationRecord } from '../../../src/federation/journal/records.ts';
import { assertAtRandom } from '../../support/random-runs.ts';
import { asked, createRequest, deleteRequest, federation, idOf, sentAt, updateRequest } from './requests.ts';

const empty: Journal = { open: [], standing: [], answered: [] };
const place = { userPoolId: 'us-east-1_Example1', providerName: 'Okta' };
const elsewhere = { ...place, providerName: 'Other' };

const success = (physicalResourceId: string): Answer => ({
  status: 'SUCCESS',
  physicalResourceId,
  data: { ProviderName: 'Okta' },
});
const failure = (physicalResourceId: string): Answer => ({
  status: 'FAILED',
  physicalResourceId,
  reason: 'No.',
});

/** The event went well, and this federation stands. */
function fulfil(
  journal: Journal,
  request: CustomResourceRequest,
  physicalId: string,
  made: FederationRecord,
): Journal {
  return end(begin(journal, request), request, success(physicalId), { what: 'stands', federation: made });
}

/** The event failed half-way, and may have made this. */
function breakOff(journal: Journal, request: CustomResourceRequest, made?: FederationRecord): Journal {
  const begun = begin(journal, request);
  const noted = made ? record(begun, request.requestId, made) : begun;
  const id = request.requestType === 'Create' ? 'nothing-made|create' : request.physicalResourceId;
  return end(noted, request, failure(id), { what: 'broken off' });
}

/** The event was refused before anything began. */
function refuse(journal: Journal, request: CustomResourceRequest): Journal {
  const id = request.requestType === 'Create' ? 'nothing-made|create' : request.physicalResourceId;
  return end(begin(journal, request), request, failure(id), { what: 'unchanged' });
}

const first = asked({ Notes: 'first' });
const second = asked({ Notes: 'second' });
const moved = asked({ ProviderName: 'Other' });
const id = idOf('0oa1');
const added = federation('0oa1', {
  application: {
    groupIds: ['00g1'],
    redirectUris: ['https://a/'],
    postLogoutRedirectUris: ['https://b/'],
    claims: ['c'],
  },
  provider: { userPoolClientIds: ['clientA'], idpIdentifiers: ['example.com'] },
});
const created = fulfil(empty, createRequest('create', sentAt, first), id, added);
const replaced = fulfil(
  created,
  updateRequest('move', id, moved, first),
  idOf('0oa2', 'Other'),
  federation('0oa2', { provider: elsewhere }),
);

describe('the federation that an Update is about', () => {
  const named = (journal: Journal, request: CustomResourceRequest, at = place) =>
    pastOf(journal, request, at).standing?.physicalResourceId;

  test('is the one that its physical ID names', () => {
    expect(named(created, updateRequest('update', id, second, first))).toBe(id);
  });

  test('is the one that stands at the end of the rollback, although it names another', () => {
    const back = updateRequest('back', idOf('0oa2', 'Other'), first, moved);
    expect(named(replaced, back)).toBe(id);
    expect(pastOf(replaced, back, place).others.map((one) => one.physicalResourceId)).toEqual([
      idOf('0oa2', 'Other'),
    ]);
  });

  test('is none if nothing stands at the place that it wants', () => {
    const past = pastOf(created, updateRequest('move', id, moved, first), elsewhere);
    expect(past.standing).toBeUndefined();
    expect(past.others).toHaveLength(1);
  });

  test('if two stand at one place, is the one with the same properties, then the one named, then the latest', () => {
    const two = fulfil(created, updateRequest('two', id, second, first), idOf('0oa3'), federation('0oa3'));
    expect(named(two, updateRequest('x', idOf('0oa3'), first, second))).toBe(id);
    expect(named(two, updateRequest('x', id, asked({ Notes: 'third' }), second))).toBe(id);
    expect(named(two, updateRequest('x', 'unknown', asked({ Notes: 'third' }), second))).toBe(idOf('0oa3'));
  });
});

describe('the federation that a Delete is about', () => {
  const named = (journal: Journal, request: CustomResourceRequest) =>
    pastOf(journal, request, undefined).standing?.physicalResourceId;

  test('is the one that its physical ID names, and no other', () => {
    expect(named(replaced, deleteRequest('delete', id))).toBe(id);
    expect(named(replaced, deleteRequest('delete', idOf('0oa2', 'Other')))).toBe(idOf('0oa2', 'Other'));
    expect(named(replaced, deleteRequest('delete', idOf('0oa9')))).toBeUndefined();
  });

  test('is what a Create made that CloudFormation takes for failed', () => {
    expect(named(created, deleteRequest('delete', 'nothing-made|create'))).toBe(id);
    expect(named(created, deleteRequest('delete', `${idOf('')}?create`))).toBe(id);
  });

  test('is not what a later Create made in place of one that failed', () => {
    const failed = refuse(empty, createRequest('early', sentAt, first));
    const made = fulfil(failed, createRequest('create', sentAt + 1, first), id, added);
    expect(named(made, deleteRequest('delete', 'nothing-made|early'))).toBeUndefined();
    expect(named(made, deleteRequest('delete', 'nothing-made|create'))).toBe(id);
  });

  test('is not what a later Create made with the ID of one that went well before', () => {
    const again = fulfil(created, createRequest('again', sentAt + 1, first), id, added);
    expect(named(again, deleteRequest('delete', 'nothing-made|create'))).toBeUndefined();
    expect(named(again, deleteRequest('delete', 'nothing-made|again'))).toBe(id);
  });

  test('is the one with its properties if CloudFormation made the ID up', () => {
    const madeUp = 'shop-Federation-1ABC2DEF3GHI';
    expect(named(created, deleteRequest('delete', madeUp, sentAt, first))).toBe(id);
    expect(named(created, deleteRequest('delete', madeUp, sentAt, second))).toBeUndefined();
  });
});

describe('an Update that goes back to what still stands', () => {
  const failed = refuse(created, updateRequest('update', id, second, first));
  const back = updateRequest('back', id, first, second);

  test('is known after an attempt that began nothing', () => {
    expect(stillStanding(failed, back)?.physicalResourceId).toBe(id);
  });

  test.each<[string, Journal, CustomResourceRequest]>([
    [
      'the attempt was interrupted',
      breakOff(created, updateRequest('update', id, second, first), added),
      back,
    ],
    ['no attempt came before', created, back],
    ['the attempt went well', fulfil(created, updateRequest('update', id, second, first), id, added), back],
    ['it comes from other properties', failed, updateRequest('back', id, first, asked({ Notes: 'third' }))],
    ['it goes to other properties', failed, updateRequest('back', id, asked({ Notes: 'third' }), second)],
    ['it names another physical ID', failed, updateRequest('back', idOf('0oa9'), first, second)],
    ['it is no Update', failed, deleteRequest('back', id, sentAt, first)],
    ['what failed last was a Delete', refuse(created, deleteRequest('delete', id, sentAt, second)), back],
  ])('is none if %s', (_why, journal, request) => {
    expect(stillStanding(journal, request)).toBeUndefined();
  });
});

describe('a rollback', () => {
  const update = updateRequest('update', id, second, first);
  const back = updateRequest('back', id, first, second);
  const isRollback = (journal: Journal, request: CustomResourceRequest, at = place) =>
    rollsBack(pastOf(journal, request, at), request);

  test.each<[string, Journal]>([
    ['was refused', refuse(created, update)],
    ['was interrupted', breakOff(created, update, added)],
    ['died before it recorded anything', begin(created, update)],
    [
      'went well, though another resource failed',
      fulfil(replaced, updateRequest('x', id, second, first), id, added),
    ],
  ])('is known after an Update that %s, if the federation before it stands', (_what, journal) => {
    const stands = journal.standing.some((one) => one.properties.Notes === 'first');
    expect(isRollback(journal, back)).toBe(stands);
  });

  test('is an Update to the properties that a replaced federation fulfills', () => {
    const request = updateRequest('back', idOf('0oa2', 'Other'), first, moved);
    expect(isRollback(replaced, request)).toBe(true);
  });

  test('is none if the properties before it are not those of an attempt', () => {
    expect(isRollback(refuse(created, update), updateRequest('back', id, first, asked()))).toBe(false);
  });

  test('is no Create and no Delete', () => {
    expect(isRollback(refuse(created, update), createRequest('c', sentAt, first))).toBe(false);
    expect(isRollback(refuse(created, update), deleteRequest('d', id, sentAt, first))).toBe(false);
  });
});

describe('a federation is untouched', () => {
  const update = updateRequest('update', id, second, first);
  const back = updateRequest('back', id, first, second);
  const untouched = (journal: Journal) => isUntouched(pastOf(journal, back, place));

  test('if nothing was attempted, or only elsewhere', () => {
    expect(untouched(created)).toBe(true);
    const move = updateRequest('move', id, moved, first);
    expect(untouched(breakOff(created, move, federation('0oa2', { provider: elsewhere })))).toBe(true);
    // It died before it recorded anything.
    expect(untouched(begin(created, move))).toBe(true);
  });

  test.each<[string, Journal]>([
    ['an attempt may have changed it', breakOff(created, update, added)],
    ['an attempt at it died before it recorded anything', begin(created, update)],
    ['no one can say what an attempt wanted', begin(created, updateRequest('u', id, { Bad: 1 }, first))],
    ['another federation took its provider', fulfil(created, update, idOf('0oa3'), federation('0oa3'))],
    ['none stands', empty],
  ])('but not if %s', (_why, journal) => {
    expect(untouched(journal)).toBe(false);
  });
});

describe('what is known of a provider', () => {
  const past = (journal: Journal) => pastOf(journal, updateRequest('next', id, second, first), place);
  const attempt = (name: string, made: FederationRecord) => (journal: Journal) =>
    breakOff(journal, updateRequest(name, id, second, first), made);
  const other = federation('0oa1', {
    application: { groupIds: ['00g1', '00g2'], redirectUris: ['https://c/'] },
    provider: { userPoolClientIds: ['clientB'], idpIdentifiers: ['example.org'], clientId: '0oa7' },
  });

  test('is what stands and what any attempt since may have added', () => {
    const known = knownAt(past(attempt('u', other)(created)), place);
    expect(known.applications).toEqual([
      {
        ...added.application,
        groupIds: ['00g1', '00g2'],
        redirectUris: ['https://a/', 'https://c/'],
        postLogoutRedirectUris: ['https://b/'],
        claims: ['c'],
      },
    ]);
    expect(known.provider).toMatchObject({
      userPoolClientIds: ['clientA', 'clientB'],
      idpIdentifiers: ['example.com', 'example.org'],
      clientId: '0oa7',
    });
    expect([...known.clientIds].toSorted()).toEqual(['0oa1', '0oa7']);
  });

  test('is nothing of another provider', () => {
    const known = knownAt(past(attempt('u', other)(created)), elsewhere);
    expect(known).toEqual({
      provider: undefined,
      clientIds: new Set(),
      applications: [],
      secret: {},
      earlier: [],
    });
  });

  test('has one record for each application: that of the standing federation first', () => {
    const two = attempt('v', federation('0oa2'))(attempt('u', federation('0oa2'))(created));
    expect(knownAt(past(two), place).applications.map((one) => one.id)).toEqual(['0oa1', '0oa2']);
  });

  test('has one record for each label under which an application may have been made', () => {
    const under = (label: string) => federation(undefined, { application: { label } });
    const three = attempt('w', under('B'))(attempt('v', under('A'))(attempt('u', under('A'))(empty)));
    expect(knownAt(past(three), place).applications.map((one) => one.label)).toEqual(['A', 'B']);
  });

  test('for an adopted application, is what was found first, for each setting', () => {
    const found = (settings: object) => federation('0oa1', { application: { found: { ...settings } } });
    const journal = fulfil(empty, createRequest('c', sentAt, first), id, found({ label: 'First' }));
    const [application] = knownAt(
      past(attempt('u', found({ label: 'Second', notes: 'Second' }))(journal)),
      place,
    ).applications;
    expect(application?.found).toEqual({ label: 'First', notes: 'Second' });
  });

  test('for the client secret, is what stands, with a rotation that an attempt has begun', () => {
    const journal = fulfil(
      empty,
      createRequest('c', sentAt, first),
      id,
      federation('0oa1', { secret: { version: '1', since: 5 } }),
    );
    const rotating = federation('0oa1', { secret: { version: '2', predecessorIds: ['ocs1'] } });
    expect(knownAt(past(attempt('u', rotating)(journal)), place).secret).toEqual({
      version: '1',
      since: 5,
      predecessorIds: ['ocs1'],
    });
    expect(knownAt(past(attempt('u', rotating)(empty)), place).secret).toMatchObject({ version: '2' });
  });

  test('has the properties that may be in force, those of the federation that stands first', () => {
    const notes = (journal: Journal) => knownAt(past(journal), place).earlier.map(({ Notes }) => Notes);
    expect(notes(attempt('u', other)(created))).toEqual(['first', 'second']);
    expect(notes(begin(created, updateRequest('bad', id, { UserPoolId: 7 }, first)))).toEqual(['first']);
    expect(notes(begin(created, updateRequest('move', id, moved, first)))).toEqual(['first']);
  });

  test('never forgets what any of its attempts may have added, in any order', () => {
    const groupIds = fc.uniqueArray(fc.constantFrom('00g1', '00g2', '00g3'), { maxLength: 3 });
    assertAtRandom(
      fc.property(fc.array(groupIds, { maxLength: 5 }), groupIds, (attempts, standing) => {
        const start = fulfil(
          empty,
          createRequest('c', sentAt, first),
          id,
          federation('0oa1', { application: { groupIds: standing } }),
        );
        const journal = attempts.reduce(
          (before, groups, n) =>
            attempt(`u${n}`, federation('0oa1', { application: { groupIds: groups } }))(before),
          start,
        );
        const [application] = knownAt(past(journal), place).applications;
        expect(application?.groupIds.toSorted()).toEqual(
          [...new Set([...standing, ...attempts.flat()])].toSorted(),
        );
      }),
    );
  });
});

describe('a success whose last write failed', () => {
  const made = federation('0oa2', { application: { groupIds: ['00g9'] } });
  // The journal has the attempt only; CloudFormation had the answer.
  const unwritten = record(begin(created, updateRequest('update', id, second, first)), 'update', made);

  test('stands if CloudFormation comes back with its physical ID', () => {
    const next = updateRequest('next', idOf('0oa2'), asked({ Notes: 'third' }), second);
    const past = pastOf(unwritten, next, place);
    expect(past.standing).toMatchObject({ ...made, physicalResourceId: idOf('0oa2'), properties: second });
    expect(past.others.map((one) => one.physicalResourceId)).toEqual([id]);
    expect(past.isUpToDate).toBe(true);
    expect(
      pastOf(unwritten, deleteRequest('d', idOf('0oa2'), sentAt, second), undefined).standing,
    ).toMatchObject(made);
  });

  test('stands in place if CloudFormation comes back with its properties', () => {
    const inPlace = record(begin(created, updateRequest('update', id, second, first)), 'update', added);
    const next = updateRequest('next', id, asked({ Notes: 'third' }), second);
    expect(pastOf(inPlace, next, place).standing).toMatchObject({ properties: second });
    expect(pastOf(inPlace, next, place).others).toEqual([]);
  });

  test('does not stand if CloudFormation goes back to the properties before it', () => {
    const inPlace = record(begin(created, updateRequest('update', id, second, first)), 'update', added);
    const back = updateRequest('back', id, first, second);
    expect(pastOf(inPlace, back, place).standing).toMatchObject({ properties: first });
  });

  test('does not stand for a Create, for its own event, or under another ID', () => {
    const named = (request: CustomResourceRequest) =>
      pastOf(unwritten, request, place).standing?.physicalResourceId;
    expect(named(createRequest('again', sentAt, second))).toBe(id);
    expect(named(updateRequest('update', idOf('0oa2'), second, second))).toBe(id);
    expect(named(updateRequest('next', idOf('0oa8'), asked({ Notes: 'third' }), second))).toBe(id);
  });
});

describe('a journal that has not seen what CloudFormation says', () => {
  const request = updateRequest('update', id, second, asked({ Notes: 'never seen' }));

  test('is not up to date, and what it says was added is not removed on its word', () => {
    const past = pastOf(created, request, place);
    expect(past.isUpToDate).toBe(false);
    expect(past.standing).toMatchObject({
      physicalResourceId: id,
      application: { id: '0oa1', groupIds: [], redirectUris: [], postLogoutRedirectUris: [], claims: [] },
      provider: { clientId: '0oa1', userPoolClientIds: [], idpIdentifiers: [] },
    });
  });

  test('may be lost', () => {
    expect(pastOf(empty, request, place)).toMatchObject({ standing: undefined, isUpToDate: false });
    expect(pastOf(empty, deleteRequest('d', id), undefined)).toMatchObject({
      standing: undefined,
      isUpToDate: false,
    });
  });

  test('is up to date for a Create, which has nothing before it', () => {
    expect(pastOf(empty, createRequest('create'), place).isUpToDate).toBe(true);
  });

  test.each<[string, Journal]>([
    ['stands', fulfil(created, updateRequest('u', id, second, first), id, added)],
    ['was attempted', breakOff(created, updateRequest('u', id, second, first))],
    ['was refused last', refuse(created, updateRequest('u', id, second, first))],
  ])('is up to date if what is in force %s', (_what, journal) => {
    expect(pastOf(journal, updateRequest('next', id, first, second), place).isUpToDate).toBe(true);
    expect(pastOf(journal, deleteRequest('next', id, sentAt, second), undefined).isUpToDate).toBe(true);
  });
});

describe('an Update that succeeded is taken back', () => {
  const id = idOf('0oa1');
  const first = asked({ Notes: 'a', Access: ['x', 'y'] });
  const second = asked({ Notes: 'b', Access: ['x', 'y'] });
  const third = asked({ Notes: 'c', Access: ['x', 'y'] });
  const created = fulfil(empty, createRequest('create', sentAt, first), id, federation('0oa1'));
  const updated = fulfil(created, updateRequest('update', id, second, first), id, federation('0oa1'));

  const isTakenBack = (journal: Journal, to: ReturnType<typeof asked>, isRollback = true) => {
    const request = updateRequest('back', id, to, second);
    return takesBackSuccess(pastOf(journal, request, place), request, isRollback);
  };

  test('to what was fulfilled before, in any order of its names, if CloudFormation rolls back', () => {
    const reversed = Object.fromEntries(Object.entries(first).toReversed());
    expect([isTakenBack(updated, first), isTakenBack(updated, reversed)]).toEqual([true, true]);
    expect(isTakenBack(updated, first, false)).toBe(false);
  });

  test('to nothing else', () => {
    const other = { ...first, Access: ['y', 'x'] };
    expect([third, second, other].map((to) => isTakenBack(updated, to))).toEqual([false, false, false]);
    expect(isTakenBack(created, second)).toBe(false);
  });

  test('also after an Update that changed nothing', () => {
    const same = fulfil(updated, updateRequest('same', id, second, second), id, federation('0oa1'));
    expect(isTakenBack(same, first)).toBe(true);
    const later = fulfil(same, updateRequest('later', id, third, second), id, federation('0oa1'));
    expect([isTakenBack(later, first), isTakenBack(later, second)]).toEqual([false, true]);
  });
});
