import { perRegion } from '../../../src/aws/per-region.ts';

test('a region has one client, and another region another one', () => {
  const clientIn = perRegion((region) => ({ region }));
  const first = clientIn('us-east-1');
  expect(clientIn('eu-west-1')).toEqual({ region: 'eu-west-1' });
  expect(clientIn('us-east-1')).toBe(first);
});

test('regions that events make up do not fill the memory', () => {
  const clientIn = perRegion((region) => ({ region }));
  const first = clientIn('us-east-1');
  for (let n = 0; n < 20; n += 1) clientIn(`made-up-${n}`);
  expect(clientIn('us-east-1')).not.toBe(first);
});

test('a client that was idle for a minute is not used again: its connections may be dead', () => {
  const clientIn = perRegion((region) => ({ region }));
  const first = clientIn('us-east-1');
  const now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 40_000);
  expect(clientIn('us-east-1')).toBe(first);
  clock.mockReturnValue(now + 80_000);
  expect(clientIn('us-east-1')).toBe(first);
  clock.mockReturnValue(now + 140_000);
  expect(clientIn('us-east-1')).not.toBe(first);
  clock.mockRestore();
});
