import { Undo } from '../../../acceptance/undo.ts';

test('everything is removed, the last first, and a failure keeps none of the rest', async () => {
  const removed: string[] = [];
  const undo = new Undo((_what, act) => act());
  undo.add('a group', async () => removed.push('group'));
  undo.add('a stack', () => Promise.reject(new Error('it is in use')));
  undo.add('a user', async () => removed.push('user'));
  expect(await undo.removeAll()).toEqual(['a stack: it is in use']);
  expect(removed).toEqual(['user', 'group']);
  expect(await undo.removeAll()).toEqual([]);
});
