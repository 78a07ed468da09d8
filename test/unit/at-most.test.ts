import { setTimeout as pause } from 'node:timers/promises';
import { atMost, Turns } from '../../src/at-most.ts';

test('works on each item, with a limit on parallel work, and keeps the order of the results', async () => {
  let running = 0;
  let most = 0;
  const results = await atMost(3, [5, 1, 4, 2, 3, 1, 2], async (ms) => {
    running += 1;
    most = Math.max(most, running);
    await pause(ms);
    running -= 1;
    return ms * 2;
  });
  expect(results).toEqual([10, 2, 8, 4, 6, 2, 4]);
  expect(most).toBe(3);
  expect(await atMost(3, [], async () => 1)).toEqual([]);
});

test('after a failure, nothing else begins, and the calls that run are awaited', async () => {
  const begun: number[] = [];
  const done: number[] = [];
  const work = async (n: number) => {
    begun.push(n);
    if (n === 1) throw new Error('one failed');
    await pause(20);
    done.push(n);
  };
  await expect(atMost(2, [0, 1, 2, 3], work)).rejects.toThrow('one failed');
  expect(begun).toEqual([0, 1]);
  expect(done).toEqual([0]);
});

test('calls wait for their turn in the order in which they came, and a failed one gives its turn to the next', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const call = (n: number) =>
    turns.take(async () => {
      begun.push(n);
      await pause(1);
      if (n === 0) throw new Error('one failed');
      return n;
    });
  const calls = [0, 1, 2, 3, 4].map(call);
  expect(begun).toEqual([0, 1]);
  expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual([
    'rejected',
    ...Array.from({ length: 4 }, () => 'fulfilled'),
  ]);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});
