import { setImmediate as turn } from 'node:timers/promises';
import { lazily, makeAwaited, neededByAll } from '../../src/lazily.ts';

test('what is lazy is made when it is first needed, and once', () => {
  const make = jest.fn(() => undefined);
  const get = lazily(make);
  expect(make).not.toHaveBeenCalled();
  get();
  get();
  expect(make).toHaveBeenCalledTimes(1);
});

test('what every event needs is made while the event waits, a thing at a time and once', async () => {
  const made: string[] = [];
  const first = neededByAll(() => made.push('first'));
  neededByAll(() => made.push('second'));
  makeAwaited();
  expect(made).toEqual([]);
  await turn();
  expect(made).toEqual(['first']);
  await turn();
  expect(made).toEqual(['first', 'second']);
  makeAwaited();
  await turn();
  first();
  expect(made).toEqual(['first', 'second']);
});
