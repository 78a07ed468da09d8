import fc from 'fast-check';
import type { CustomResourceRequest } from '../../../src/cloudformation/request.ts';
import type { Answer } from '../../../src/cloudformation/response.ts';
import { digestOf, isSame } from '../../../src/federation/journal/equal-properties.ts';
import { itemOf, journalIn } from '../../../src/federation/journal/item.ts';
import {
  begin,
  type Ending,
  end,
  fingerprint,
  isFinished,
  type Journal,
  record,
} from '../../../src/federation/journal/journal.ts';
import type { Standing } from '../../../src/federation/journal/records.ts';
import { longestProperties } from '../../../src/federation/properties/property-types.ts';
import { assertAtRandom } from '../../support/random-runs.ts';
import { asked, createRequest, deleteRequest, federation, idOf, updateRequest } from './requests.ts';

const empty: Journal = { open: [], standing: [], answered: [] };
const success = (physicalResourceId: string): Answer => ({
  status: 'SUCCESS',
  physicalResourceId,
  data: { ClientId: 'x' },
});
const failure = (physicalResourceId: string, reason = 'No.'): Answer => ({
  status: 'FAILED',
  physicalResourceId,
  reason,
});

/** Everything that one event does to the journal. */
function through(journal: Journal, request: CustomResourceRequest, answer: Answer, ending: Ending): Journal {
  return end(begin(journal, request), request, answer, ending);
}

const stands = (id: string): Ending => ({ what: 'stands', federation: federation(id) });
const created = through(empty, createRequest('create'), success(idOf('0oa1')), stands('0oa1'));
const idsIn = ({ standing }: Journal) => standing.map(({ physicalResourceId }) => physicalResourceId);
const openIn = ({ open }: Journal) => open.map(({ requestId }) => requestId);

describe('an attempt', () => {
  const update = updateRequest('update', idOf('0oa1'), asked({ Notes: 'x' }), asked());

  test('is open from its begin, with what was asked', () => {
    expect(begin(empty, createRequest('create')).open).toEqual([
      { requestId: 'create', requestType: 'Create', properties: asked() },
    ]);
    expect(begin(created, update).open).toEqual([
      {
        requestId: 'update',
        requestType: 'Update',
        properties: asked({ Notes: 'x' }),
        physicalResourceId: idOf('0oa1'),
      },
    ]);
  });

  test('has what it is about to add, and no other attempt has', () => {
    const both = begin(begin(empty, createRequest('one')), createRequest('two'));
    const { open } = record(both, 'two', federation('0oa2'));
    expect(open.map((attempt) => attempt.federation)).toEqual([undefined, federation('0oa2')]);
  });

  test('that is delivered again keeps what its first delivery recorded', () => {
    const first = record(begin(empty, createRequest('create')), 'create', federation('0oa1'));
    expect(begin(first, createRequest('create'))).toBe(first);
  });
});

describe('when an event ends,', () => {
  const earlier = record(
    begin(created, updateRequest('earlier', idOf('0oa1'), asked(), asked())),
    'earlier',
    federation('0oa2'),
  );
  const request = updateRequest('update', idOf('0oa1'), asked({ Notes: 'x' }), asked());
  const ended = (answer: Answer, ending: Ending) => through(earlier, request, answer, ending);

  test('a federation that stands closes all attempts', () => {
    expect(ended(success(idOf('0oa1')), stands('0oa1')).open).toEqual([]);
  });

  test('a removal closes all attempts', () => {
    const gone = through(earlier, deleteRequest('delete', idOf('0oa1')), success(idOf('0oa1')), {
      what: 'removed',
    });
    expect(gone).toMatchObject({ open: [], standing: [] });
  });

  test('an event that changed nothing closes its own attempt and leaves the others open', () => {
    const unchanged = ended(failure(idOf('0oa1')), { what: 'unchanged' });
    expect(openIn(unchanged)).toEqual(['earlier']);
    expect(unchanged.standing).toEqual(earlier.standing);
  });

  test('an interrupted event leaves its attempt open', () => {
    const broken = ended(failure(idOf('0oa1')), { what: 'broken off' });
    expect(openIn(broken)).toEqual(['earlier', 'update']);
    expect(broken.standing).toEqual(earlier.standing);
  });

  test('a failed Create that has removed what it made leaves what stands', () => {
    const late = through(created, createRequest('late'), failure('nothing-made|late'), { what: 'removed' });
    expect(late.standing).toEqual(created.standing);
  });
});

describe('what stands', () => {
  test('is what a success says, with its answer and the properties that it fulfilled', () => {
    expect(created.standing).toEqual([
      {
        ...federation('0oa1'),
        physicalResourceId: idOf('0oa1'),
        properties: asked(),
        attributes: { ClientId: 'x' },
      },
    ]);
  });

  test('is replaced in place under the same physical ID', () => {
    const update = updateRequest('update', idOf('0oa1'), asked({ Notes: 'x' }), asked());
    const { standing } = through(created, update, success(idOf('0oa1')), stands('0oa1'));
    expect(standing.map(({ properties }) => properties)).toEqual([asked({ Notes: 'x' })]);
  });

  test('stays beside its replacement: CloudFormation deletes it by its own ID', () => {
    const update = updateRequest('update', idOf('0oa1'), asked({ ProviderName: 'Other' }), asked());
    const moved = through(created, update, success(idOf('0oa2', 'Other')), stands('0oa2'));
    expect(idsIn(moved)).toEqual([idOf('0oa1'), idOf('0oa2', 'Other')]);
    expect(moved.standing.some(({ isReturned }) => isReturned)).toBe(false);
    const request = deleteRequest('delete', idOf('0oa1'));
    expect(idsIn(through(moved, request, success(idOf('0oa1')), { what: 'removed' }))).toEqual([
      idOf('0oa2', 'Other'),
    ]);
  });

  test('is marked as returned if a rollback leaves it for another one that stands', () => {
    const other = asked({ ProviderName: 'Other' });
    const moved = through(
      created,
      updateRequest('update', idOf('0oa1'), other, asked()),
      success(idOf('0oa2', 'Other')),
      stands('0oa2'),
    );
    const rollback = updateRequest('back', idOf('0oa2', 'Other'), asked(), other);
    for (const ending of [stands('0oa1'), { what: 'unchanged' } as const]) {
      const back = through(moved, rollback, success(idOf('0oa1')), ending);
      const returned = back.standing.filter(({ isReturned }) => isReturned);
      expect(returned.map(({ physicalResourceId }) => physicalResourceId)).toEqual([idOf('0oa2', 'Other')]);
      expect(idsIn(back).toSorted()).toEqual([idOf('0oa1'), idOf('0oa2', 'Other')]);
    }
  });

  test('is not known to be gone if the Delete failed', () => {
    const request = deleteRequest('delete', idOf('0oa1'));
    expect(through(created, request, failure(idOf('0oa1')), { what: 'unchanged' }).standing).toEqual(
      created.standing,
    );
  });
});

describe('the answers', () => {
  const answeredTo = (count: number) => {
    let journal = empty;
    for (let n = 1; n <= count; n += 1) {
      journal = through(journal, createRequest(`create-${n}`), failure('x'), { what: 'unchanged' });
    }
    return journal;
  };

  test('are kept for the latest sixteen events', () => {
    const ids = answeredTo(40).answered.map(({ requestId }) => requestId);
    expect(ids).toEqual(Array.from({ length: 16 }, (_, index) => `create-${index + 25}`));
  });

  test('have the properties of the latest event only', () => {
    const { answered } = answeredTo(3);
    expect(answered.map(({ properties }) => properties)).toEqual([undefined, undefined, asked()]);
  });

  test('to one event are kept once, with the last', () => {
    const again = through(answeredTo(16), createRequest('create-1'), success('y'), { what: 'unchanged' });
    const first = again.answered.filter(({ requestId }) => requestId === 'create-1');
    expect(first).toMatchObject([{ answer: { status: 'SUCCESS' } }]);
    expect(again.answered.map(({ requestId }) => requestId)).toContain('create-2');
  });

  test('fit in an item with reasons and properties of any length', () => {
    let journal = empty;
    for (let n = 1; n <= 20; n += 1) {
      const request = createRequest(`create-${n}`, undefined, asked({ Notes: 'x'.repeat(n * 10_000) }));
      journal = through(journal, request, failure('x', 'There is no group. '.repeat(10_000)), {
        what: 'unchanged',
      });
    }
    // DynamoDB's own bound: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    expect(JSON.stringify(itemOf(journal)).length).toBeLessThan(400 * 1024);
  });
});

test.each([
  [longestProperties, true],
  [longestProperties + 1, false],
])('properties of %i bytes of JSON are kept, and of longer ones their digest: %s', (length, isKept) => {
  const frame = JSON.stringify(asked({ Notes: '' })).length;
  const properties = asked({ Notes: 'x'.repeat(length - frame) });
  expect(JSON.stringify(properties)).toHaveLength(length);
  const [attempt] = begin(empty, createRequest('create', undefined, properties)).open;
  expect(attempt?.properties).toEqual(isKept ? properties : { tooLong: digestOf(properties) });
});

describe('a fingerprint', () => {
  test('does not depend on the address of a delivery', () => {
    expect(fingerprint(createRequest('create', 1))).toBe(fingerprint(createRequest('create', 2)));
  });

  test.each<[string, CustomResourceRequest]>([
    ['request ID', createRequest('other')],
    ['properties', createRequest('create', undefined, asked({ Notes: 'x' }))],
    ['type', deleteRequest('create', idOf('0oa1'))],
    ['stack', { ...createRequest('create'), stackId: 'other' }],
  ])('depends on the %s', (_what, request) => {
    expect(fingerprint(request)).not.toBe(fingerprint(createRequest('create')));
  });
});

describe('the item', () => {
  const full = begin(created, updateRequest('update', idOf('0oa1'), asked({ Notes: 'x' }), asked()));

  test('gives back the journal that was written', () => {
    const adopted = federation('0oa3', {
      application: { found: { label: 'Theirs', notes: null, grantTypes: ['implicit'] }, secretId: 's' },
      provider: { found: { scopes: ['openid'], attributesRequestMethod: 'POST' }, roleArn: 'r' },
      secret: { version: '1', since: 5, predecessorIds: ['ocs1'] },
    });
    const journal = record(full, 'update', adopted);
    expect(journalIn(itemOf(journal))).toEqual(journal);
  });

  test('that does not exist yet is an empty journal', () => {
    expect(journalIn({})).toEqual(empty);
  });

  test.each(['not JSON', '{}', 'null', '7', '[{}]', '[null]', ''])(
    'with %j in it is an empty journal',
    (text) => {
      for (const name of ['open', 'standing', 'answered'] as const) {
        expect(journalIn({ ...itemOf(full), [name]: { S: text } })).toEqual(empty);
      }
    },
  );

  test('with an attribute of another type has none of it', () => {
    expect(journalIn({ ...itemOf(full), open: { N: '7' } }).open).toEqual([]);
  });

  test.each([
    ['application', federation('../users/me')],
    ['application with no characters', federation('')],
    ['group', federation('0oa1', { application: { groupIds: ['00g1/../x'] } })],
    ['app client', federation('0oa1', { provider: { userPoolClientIds: ['a b'] } })],
    ['user pool', federation('0oa1', { provider: { userPoolId: 'us-east-1.evil.example' } })],
    ['provider', federation('0oa1', { provider: { providerName: 'a|b' } })],
    ['client secret', federation('0oa1', { secret: { predecessorIds: ['a/b'] } })],
  ])('whose ID of a %s could lead elsewhere is an empty journal', (_what, edited) => {
    expect(journalIn(itemOf(record(full, 'update', edited)))).toEqual(empty);
    const [standing] = created.standing;
    if (!standing) throw new Error('Nothing stands.');
    expect(journalIn(itemOf({ ...created, standing: [{ ...standing, ...edited }] }))).toEqual(empty);
  });

  test('may be forgotten only if nothing is open and nothing stands', () => {
    expect(isFinished(empty)).toBe(true);
    expect(isFinished({ ...empty, answered: created.answered })).toBe(true);
    expect(isFinished(created)).toBe(false);
    expect(isFinished(begin(empty, createRequest('create')))).toBe(false);
  });
});

describe('after any events', () => {
  const applicationId = fc.constantFrom('0oa1', '0oa2', '0oa3');
  const physicalId = applicationId.map((id) => idOf(id));
  const requestId = fc.constantFrom('one', 'two', 'three', 'four');
  const request: fc.Arbitrary<CustomResourceRequest> = fc
    .tuple(requestId, physicalId, fc.constantFrom('x', 'y'), fc.constantFrom('Create', 'Update', 'Delete'))
    .map(([id, physical, Notes, type]) => {
      if (type === 'Create') return createRequest(id, undefined, asked({ Notes }));
      if (type === 'Delete') return deleteRequest(id, physical, undefined, asked({ Notes }));
      return updateRequest(id, physical, asked({ Notes }), asked());
    });
  const happening = fc.oneof(
    fc.record({ do: fc.constant('begin' as const), request }),
    fc.record({ do: fc.constant('record' as const), requestId, applicationId }),
    fc.record({
      do: fc.constant('end' as const),
      request,
      physicalId,
      isSuccess: fc.boolean(),
      what: fc.constantFrom('stands', 'removed', 'unchanged', 'broken off'),
      applicationId,
    }),
  );
  type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

  function fold(journal: Journal, one: Happening): Journal {
    switch (one.do) {
      case 'begin':
        return begin(journal, one.request);
      case 'record':
        return record(journal, one.requestId, federation(one.applicationId));
      case 'end': {
        const answer = one.isSuccess ? success(one.physicalId) : failure(one.physicalId);
        const ending: Ending = one.what === 'stands' ? stands(one.applicationId) : { what: one.what };
        return end(journal, one.request, answer, ending);
      }
      default:
        return one satisfies never;
    }
  }

  const holds = (check: (before: Journal, one: Happening, after: Journal) => void) =>
    assertAtRandom(
      fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
        happenings.reduce((before, one) => {
          const after = fold(before, one);
          check(before, one, after);
          return after;
        }, empty);
      }),
    );

  test('an event has one attempt at most, a physical ID one federation, and a journal sixteen answers', () => {
    holds((_before, _one, after) => {
      expect(new Set(openIn(after)).size).toBe(after.open.length);
      expect(new Set(idsIn(after)).size).toBe(after.standing.length);
      expect(new Set(after.answered.map(({ event }) => event)).size).toBe(after.answered.length);
      expect(after.answered.length).toBeLessThanOrEqual(16);
    });
  });

  test('nothing that stands is lost, but by the Delete that names it, or by an Update that went back to its properties', () => {
    holds((before, one, after) => {
      const lost = before.standing.filter(({ physicalResourceId: id }) => !idsIn(after).includes(id));
      if (one.do !== 'end') return expect(lost).toEqual([]);
      const { request, what } = one;
      const mayGo = ({ physicalResourceId, properties }: Standing) => {
        if (request.requestType === 'Create') return false;
        const isNamed = physicalResourceId === request.physicalResourceId;
        if (request.requestType === 'Delete') return what === 'removed' && isNamed;
        return what === 'stands' && one.isSuccess && !isNamed && isSame(properties, request.properties);
      };
      expect(lost.filter((record) => !mayGo(record))).toEqual([]);
    });
  });

  test('what an attempt recorded is lost only if it ended, or nothing is left of any', () => {
    holds((before, one, after) => {
      const lost = before.open.filter(({ requestId: id }) => !openIn(after).includes(id));
      if (one.do !== 'end' || one.what === 'broken off') expect(lost).toEqual([]);
      else if (one.what === 'unchanged')
        expect(lost.every(({ requestId: id }) => id === one.request.requestId)).toBe(true);
      else expect(after.open).toEqual([]);
    });
  });

  test('the table gives back the journal', () => {
    holds((_before, _one, after) => expect(journalIn(itemOf(after))).toEqual(after));
  });
});
