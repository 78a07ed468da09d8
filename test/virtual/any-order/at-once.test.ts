import * as fc from 'fast-check';
import { randomTimeout } from '../../support/random-runs.ts';
import { handMadeChange, operation } from './arbitraries.ts';
import { ChangeByHand, DeliverAgain, Operate } from './commands.ts';
import { expectAnyOrder } from './sequences.ts';

const unrefused = operation.map((one) => ({ ...one, refused: undefined }));

test(
  'sequences of events of several stacks at the same time leave what the model says',
  () =>
    expectAnyOrder(16_000, [
      fc.tuple(unrefused, unrefused).map((two) => new Operate(...two)),
      fc.tuple(unrefused, unrefused).map((two) => new Operate(...two)),
      operation.map((one) => new Operate(one)),
      handMadeChange.map((one) => new ChangeByHand(one)),
      fc.nat(100).map((which) => new DeliverAgain(which)),
    ]),
  randomTimeout,
);
