import type { AfterFailure, StackStatus } from '../../support/cloudformation.ts';
import { isSamePlace, leave, type Model, make, remove, type Wish } from './model.ts';

/** What somebody does with a stack. */
export interface Operation {
  readonly stack: string;
  /** What the template says; `undefined` takes the resource away. */
  readonly wish: Wish | undefined;
  /** Whether another resource of the stack fails when this one is through. */
  readonly isRolledBack: boolean;
  /** Whether Lambda delivers each event twice, at the same time. */
  readonly isTwice: boolean;
  /** Calls that the first event is refused. */
  readonly refused?: string | undefined;
  /** What is done instead of a rollback where an Update fails. */
  readonly preserved?: AfterFailure | undefined;
  /** Whether the way back is barred, when there is need for it. */
  readonly isStuck?: boolean | undefined;
}

/** What the model makes of an operation, and how it ends. @returns `undefined` where nobody can do that now */
export function foresee(
  model: Model,
  { stack, wish, isRolledBack, preserved, isStuck }: Operation,
): StackStatus | undefined {
  const { federations } = model;
  const before = federations.get(stack);
  if (!wish) {
    if (!before) return undefined;
    remove(model, before);
    federations.delete(stack);
    return 'DELETE_COMPLETE';
  }
  const made = make(model, stack, wish, before);
  if (!before) {
    if (made && !isRolledBack) federations.set(stack, made);
    else if (made) remove(model, made);
    return made && !isRolledBack ? 'CREATE_COMPLETE' : 'ROLLBACK_COMPLETE';
  }
  const isReplaced = !isSamePlace(wish, before.wish);
  if (made && !isRolledBack) {
    if (isReplaced) remove(model, before);
    else if (made.application !== before.application) leave(model, before.application);
    federations.set(stack, made);
    return 'UPDATE_COMPLETE';
  }
  if (!made && preserved?.startsWith('update') && !isRolledBack) return 'UPDATE_FAILED';
  if (!made && preserved && !isRolledBack) {
    const named = preserved === 'delete with those that failed' && !isReplaced ? wish : before.wish;
    const { clients, adopts } = named;
    remove(model, { ...before, wish: { ...before.wish, clients, adopts } });
    federations.delete(stack);
    return 'DELETE_COMPLETE';
  }
  const current = made && !isReplaced ? made : before;
  const back = isStuck ? undefined : make(model, stack, before.wish, current, before.application);
  if (!back) return made ? undefined : 'UPDATE_ROLLBACK_FAILED';
  federations.set(stack, back);
  // What was adopted on the way is given back, whatever the template says of its end.
  if (made && isReplaced)
    remove(model, { ...made, wish: { ...made.wish, adopts: made.wish.adopts && 'Retain' } });
  else if (made && made.application !== back.application) leave(model, made.application);
  return 'UPDATE_ROLLBACK_COMPLETE';
}
