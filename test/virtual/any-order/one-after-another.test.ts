import * as fc from 'fast-check';
import { randomTimeout } from '../../support/random-runs.ts';
import { handMadeChange, operation } from './arbitraries.ts';
import { ChangeByHand, DeliverAgain, DeliverTooLate, Operate } from './commands.ts';
import { expectAnyOrder } from './sequences.ts';

test(
  'sequences of events, late ones and hand-made changes leave what the model says',
  () =>
    expectAnyOrder(24_000, [
      operation.map((one) => new Operate(one)),
      operation.map((one) => new Operate(one)),
      handMadeChange.map((one) => new ChangeByHand(one)),
      handMadeChange.map((one) => new ChangeByHand(one)),
      fc.nat(100).map((which) => new DeliverAgain(which)),
      operation.map((one) => new DeliverTooLate({ ...one, refused: undefined })),
    ]),
  randomTimeout,
);
