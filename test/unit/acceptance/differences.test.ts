import { differencesText, explain } from '../../../acceptance/expectations.ts';
import { differencesOf, operationsOf } from '../../../acceptance/shapes.ts';

const answer = (body: unknown, status = 200) =>
  operationsOf([
    {
      method: 'GET',
      path: '/api/v1/apps/0oa1111111111111AbCd',
      query: null,
      sent: null,
      status,
      headers: {},
      body,
      step: '',
      by: 'product',
    },
  ]);
const seen = (operations: ReturnType<typeof answer>, observations = {}) => ({ operations, observations });

test('an answer with another ID and other values is the same', () => {
  const local = seen(answer({ id: 'a', list: [{ a: 1 }] }));
  expect(differencesOf(seen(answer({ id: 'b', list: [{ a: 2 }, { a: 3 }] })), local)).toEqual([]);
});

test('a field more, a field less, another type and another answer are differences', () => {
  const local = seen(answer({ kept: 'a', gone: 'b', typed: null }), { page: 'one' });
  const here = seen({ ...answer({ kept: 'c', more: true, typed: 3 }), ...answer({}, 418) }, { page: 'two' });
  const of = 'GET /api/v1/apps/{id} 200';
  expect(differencesOf(here, local)).toEqual([
    { of: 'observation', place: 'page', here: 'two', local: 'one' },
    { of, place: 'body.more', here: 'boolean', local: 'nothing' },
    { of, place: 'body.typed', here: 'number', local: 'null' },
    { of, place: 'body.gone', here: 'nothing', local: 'string' },
    { of: 'GET /api/v1/apps/{id} 418', place: 'answer', here: 'given', local: 'never given' },
  ]);
});

test('the text lists unexpected differences first, and the reasons of the others', () => {
  const local = seen(answer({}), { "Okta's page asks for": 'username and password' });
  const here = seen(answer({ more: true }), { "Okta's page asks for": 'username, then password' });
  const text = differencesText(explain(differencesOf(here, local)));
  expect(text).toMatch(/^2 differences .* 1 of them unexpected/);
  expect(text.indexOf('body.more')).toBeLessThan(text.indexOf('Expected.'));
  expect(text).toContain('user name first');
  expect(differencesText([])).toBe('Nothing differed from the local stack.');
});
