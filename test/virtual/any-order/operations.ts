import type { AfterFailure, StackStatus } from '../../support/cloudformation.ts';
import {
  type Federation,
  isSamePlace,
  type Model,
  make,
  remove,
  removeApplication,
  type Wish,
} from './model.ts';

/** What is done with a stack. */
export interface Operation {
  readonly stack: string;
  /** What the template says; `undefined` removes the resource. */
  readonly wish: Wish | undefined;
  /** Whether another resource of the stack fails when this one is through. */
  readonly isRolledBack: boolean;
  /** Whether Lambda delivers each event twice, at the same time. */
  readonly isTwice: boolean;
  /** Calls that go wrong for the first event. */
  readonly refused?: string | undefined;
  /** What becomes of them: by default each is refused. The function is killed by the first. */
  readonly fault?: 'refused' | 'kill' | 'kill after' | undefined;
  /** What is done instead of a rollback if an Update fails. */
  readonly preserved?: AfterFailure | undefined;
  /** Whether an Update that fails has begun something, so that there is something to undo. */
  readonly isBegun?: boolean | undefined;
  /** Whether it fails because another stack, at the same time, has got the provider that both want. */
  readonly isLoser?: boolean | undefined;
  /** Whether the way back is barred, when there is need for it. */
  readonly isStuck?: boolean | undefined;
}

/** What the model makes of an operation, and how it ends. @returns `undefined` if it cannot be done now */
export function foresee(model: Model, operation: Operation): StackStatus | undefined {
  const { federations } = model;
  const { stack, wish, isRolledBack, preserved } = operation;
  const before = federations.get(stack);
  if (!wish) {
    if (!before) return undefined;
    remove(model, before);
    federations.delete(stack);
    return 'DELETE_COMPLETE';
  }
  const made = make(model, { stack, wish, current: before });
  if (!before) {
    if (made && !isRolledBack) federations.set(stack, made);
    else if (made) remove(model, made);
    return made && !isRolledBack ? 'CREATE_COMPLETE' : 'ROLLBACK_COMPLETE';
  }
  if (made && !isRolledBack) {
    if (!isSamePlace(wish, before.wish)) remove(model, before);
    else if (made.application !== before.application)
      removeApplication(model, before.application, before.wish.adopts === 'Delete');
    federations.set(stack, made);
    return 'UPDATE_COMPLETE';
  }
  if (isRolledBack || !preserved) return goBack(model, operation, before, made);
  if (preserved.startsWith('update')) return 'UPDATE_FAILED';
  const named = preserved === 'delete with those that failed' ? wish : before.wish;
  // What was adopted is deleted only if the properties of the success say so too.
  const adopts = named.adopts === 'Delete' ? before.wish.adopts : named.adopts;
  remove(model, { ...before, wish: { ...before.wish, adopts } });
  federations.delete(stack);
  return 'DELETE_COMPLETE';
}

function goBack(
  model: Model,
  { stack, isBegun, isStuck }: Operation,
  before: Federation,
  made: Federation | undefined,
): StackStatus {
  // What still stands is not looked at.
  if (!made && !isBegun) return 'UPDATE_ROLLBACK_COMPLETE';
  if (isStuck) return 'UPDATE_ROLLBACK_FAILED';
  const isInPlace = made !== undefined && isSamePlace(made.wish, before.wish);
  const back = make(model, {
    stack,
    wish: before.wish,
    current: isInPlace ? made : before,
    kept: before.application,
    isTolerant: true,
  });
  if (!back && isInPlace) return 'UPDATE_ROLLBACK_FAILED';
  model.federations.set(stack, back ?? before);
  if (made && !isInPlace) remove(model, made, true);
  else if (made && made.application !== back?.application) removeApplication(model, made.application, false);
  return 'UPDATE_ROLLBACK_COMPLETE';
}
