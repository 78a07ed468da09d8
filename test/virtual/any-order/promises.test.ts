import * as fc from 'fast-check';
import { randomTimeout, replayed, tryAtRandom } from '../../support/random-runs.ts';
import { Lives } from './lives.ts';
import { type Act, acts, asked, history } from './lives-acts.ts';

/** More can happen here than the model of the other tests foretells, so each step is held against what is promised. */
test(
  'stacks of two orgs, killed at any call, retained, renamed, with lost journals, keep what is promised',
  async () => {
    const lives = new Lives();
    let played = 0;
    const sequences = fc.commands([fc.oneof(...acts).map(asCommand)], {
      maxCommands: 15,
      size: 'max',
      ...replayed,
    });
    const property = fc.asyncProperty(
      asked,
      sequences,
      fc.nat(),
      history,
      async (first, sequence, chance, shown) => {
        lives.begin(chance, shown);
        await lives.world.time.run(lives.deploy('shop', { asked: { ...first, isWrong: false } }));
        await lives.world.time.run(fc.asyncModelRun(() => ({ model: {}, real: lives }), sequence));
        await lives.world.time.run(lives.end());
        played += lives.events;
      },
    );
    await tryAtRandom({ what: 'sequences', full: 600, property });
    process.stdout.write(`${expect.getState().currentTestName}: ${played} events\n`);
    expect(played).toBeGreaterThan(0);
  },
  randomTimeout,
);

function asCommand(act: Act): fc.AsyncCommand<object, Lives, true> {
  return { check: async () => true, run: (_, lives) => act.run(lives), toString: () => act.told };
}
