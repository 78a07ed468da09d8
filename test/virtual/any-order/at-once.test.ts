import * as fc from 'fast-check';
import { handMadeChange, operation } from './arbitraries.ts';
import { ChangeByHand, DeliverAgain, Operate } from './commands.ts';
import { expectAnyOrder, share } from './sequences.ts';

jest.setTimeout(3_600_000);

const unrefused = operation.map((one) => ({ ...one, refused: undefined }));

test(`${share} sequences of events of several stacks at the same time leave what the model says`, () =>
  expectAnyOrder([
    fc.tuple(unrefused, unrefused).map((two) => new Operate(...two)),
    fc.tuple(unrefused, unrefused).map((two) => new Operate(...two)),
    operation.map((one) => new Operate(one)),
    handMadeChange.map((one) => new ChangeByHand(one)),
    fc.nat(100).map((which) => new DeliverAgain(which)),
  ]));
