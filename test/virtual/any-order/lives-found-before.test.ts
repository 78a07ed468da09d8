import { type Asked, Lives } from './lives.ts';

/** Lives that once broke a promise of promises.test.ts, and their kin. */

const first: Asked = {
  pool: 'north',
  provider: 'Okta',
  org: 'own',
  clients: ['web'],
  access: 'Everyone',
  notes: undefined,
  secretVersion: undefined,
  isWrong: false,
};
const second: Asked = { ...first, access: 'Finance' };
const third: Asked = { ...first, access: 'Engineering', clients: ['mobile'] };
const elsewhere: Asked = { ...second, pool: 'south', provider: 'Partner' };

const isRolledBack = true;
const left = 'retained';
const bothClients: Asked = { ...first, clients: ['web', 'mobile'] };

type Steps = readonly ((lives: Lives) => Promise<void>)[];

const lives = new Lives();

async function play(steps: Steps, history: Parameters<Lives['begin']>[1] = 'whole'): Promise<void> {
  lives.begin(7, history);
  const { time } = lives.world;
  await time.run(lives.deploy('shop', { asked: first }));
  for (const step of steps) await time.run(step(lives));
  await time.run(lives.end());
  expect(lives.events).toBeGreaterThan(steps.length);
}

test.each<[string, Steps]>([
  [
    'a retained resource is added again twice, and both Creates are rolled back',
    [
      (at) =>
        at.addAgain('shop', {
          left,
          tries: [
            { asked: second, isRolledBack },
            { asked: third, isRolledBack },
          ],
        }),
    ],
  ],
  [
    'a resource goes back to a retained federation, and is rolled back',
    [
      (at) => at.addAgain('shop', { left, tries: [{ asked: elsewhere }] }),
      (at) => at.deploy('shop', { asked: third, goesBack: true, isRolledBack }),
    ],
  ],
  [
    'a resource that goes on with a retained federation is updated, its Deletes fail, and a new Create is rolled back',
    [
      (at) => at.addAgain('shop', { left, tries: [{ asked: third }] }),
      (at) => at.deploy('shop', { asked: second }),
      (at) => at.addAgain('shop', { left: 'its Deletes failed', tries: [{ asked: third, isRolledBack }] }),
    ],
  ],
  [
    'a new logical ID takes a federation over, once rolled back, once for good, and back again',
    [
      (at) => at.rename('shop', { isRolledBack }),
      (at) => at.rename('shop'),
      (at) => at.rename('shop', { isRolledBack }),
      (at) => at.rename('shop'),
    ],
  ],
  [
    'a retained resource takes its federation back from the one that has taken it over',
    [(at) => at.rename('shop', { isRetained: true }), (at) => at.rename('shop')],
  ],
  [
    'a retained resource is added again once the one that has taken it over is gone',
    [(at) => at.rename('shop', { isRetained: true, isBack: true })],
  ],
  [
    'a new stack takes a federation over, is rolled back, and tries again',
    [(at) => at.rebuild('shop', { isRolledBack }), (at) => at.rebuild('shop')],
  ],
  [
    'a new nested stack takes a federation over, and its parent is rolled back',
    [(at) => at.rebuild('shop', { isNested: true, isRolledBack })],
  ],
  ['a first deployment that adopts is rolled back', [(at) => at.adopt({})]],
  ['the parent of a nested stack that adopts is rolled back', [(at) => at.adopt({ isNested: true })]],
])('%s', async (_, steps) => {
  await play(steps);
});

test.each(['old', 'busy'] as const)(
  'an app client leaves the template of a stack whose events are %s',
  (history) =>
    play(
      [(at) => at.deploy('shop', { asked: bothClients }), (at) => at.deploy('shop', { asked: first })],
      history,
    ),
);
