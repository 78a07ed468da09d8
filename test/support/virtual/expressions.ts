import { type AttributeValue, AwsRefusal, type Item, invalid } from './attribute-values.ts';

/** The names and values that an expression's placeholders stand for. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

/**
 * Whether an item meets a condition. Strict in that what is not there equals nothing and is less than nothing, and in that
 * values of different types never compare.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function holds(condition: string, item: Item, placeholders: Placeholders): boolean {
  const reader = new Reader(condition, item, placeholders);
  const result = reader.or();
  reader.end();
  return result;
}

/**
 * An item after an update: SET, REMOVE and ADD, in any order. All of it reads the item as it was before.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export function updated(update: string, before: Item, placeholders: Placeholders): Item {
  const after = structuredClone(before);
  const reader = new Reader(update, before, placeholders);
  for (let clause = reader.word(); clause !== undefined; clause = reader.word()) {
    do {
      const path = reader.path();
      if (clause === 'REMOVE') put(after, path, undefined);
      else if (clause === 'SET') {
        reader.take('=');
        put(after, path, reader.sum());
      } else if (clause === 'ADD') put(after, path, added(at(before, path), reader.operand()));
      else throw invalid(`${clause} in ${update}`);
    } while (reader.takes(','));
  }
  return after;
}

type Path = readonly (string | number)[];

const token = /\s*([#:]?\w+|<>|<=|>=|[=<>(),.[\]+-])\s*/y;
const clauses = ['SET', 'REMOVE', 'ADD'];

/** Reads an expression from left to right. */
class Reader {
  readonly #tokens: string[] = [];
  readonly #item: Item;
  readonly #placeholders: Placeholders;
  #next = 0;

  constructor(expression: string, item: Item, placeholders: Placeholders) {
    token.lastIndex = 0;
    while (token.lastIndex < expression.length) {
      const found = token.exec(expression)?.[1];
      if (found === undefined) throw invalid(expression);
      this.#tokens.push(found);
    }
    this.#item = item;
    this.#placeholders = placeholders;
  }

  or(): boolean {
    let result = this.#and();
    while (this.takes('OR')) result = this.#and() || result;
    return result;
  }

  #and(): boolean {
    let result = this.#not();
    while (this.takes('AND')) result = this.#not() && result;
    return result;
  }

  #not(): boolean {
    if (this.takes('NOT')) return !this.#not();
    if (this.takes('(')) {
      const result = this.or();
      this.take(')');
      return result;
    }
    const name = this.#peek();
    if (this.#peek(1) === '(' && name !== 'size') return this.#test();
    const left = this.operand();
    const comparator = this.#advance();
    return compares(comparator, left, this.operand());
  }

  #test(): boolean {
    const name = this.#advance();
    this.take('(');
    const value = at(this.#item, this.path());
    const argument = this.takes(',') ? this.operand() : undefined;
    this.take(')');
    switch (name) {
      case 'attribute_exists':
        return value !== undefined;
      case 'attribute_not_exists':
        return value === undefined;
      case 'begins_with':
        return !!value && !!argument && 'S' in value && 'S' in argument && value.S.startsWith(argument.S);
      case 'contains':
        if (!value || !argument) return false;
        if ('L' in value) return value.L.some((item) => equal(item, argument));
        if (!('S' in argument)) return false;
        return (
          ('S' in value && value.S.includes(argument.S)) || ('SS' in value && value.SS.includes(argument.S))
        );
      default:
        throw invalid(`the function ${name}`);
    }
  }

  /** What SET sets: a value, a sum or a difference. */
  sum(): AttributeValue {
    const left = this.#there();
    const sign = this.takes('+') ? 1 : this.takes('-') ? -1 : 0;
    if (sign === 0) return left;
    const right = this.#there();
    if (!('N' in left && 'N' in right)) throw invalid('a sum of other than numbers');
    return { N: String(Number(left.N) + sign * Number(right.N)) };
  }

  #there(): AttributeValue {
    const value = this.operand();
    if (value) return value;
    throw new AwsRefusal(
      'ValidationException',
      'The provided expression refers to an attribute that does not exist in the item',
    );
  }

  operand(): AttributeValue | undefined {
    const first = this.#peek();
    if (first.startsWith(':')) {
      const value = this.#placeholders.values[this.#advance()];
      if (value === undefined) throw invalid(first);
      return value;
    }
    if (this.#peek(1) !== '(') return at(this.#item, this.path());
    const name = this.#advance();
    this.take('(');
    const given = this.operand();
    let result: AttributeValue | undefined;
    if (name === 'size') result = sizeOf(given);
    else {
      this.take(',');
      const other = this.operand();
      if (name === 'if_not_exists') result = given ?? other;
      else if (name === 'list_append' && given && other && 'L' in given && 'L' in other)
        result = { L: [...given.L, ...other.L] };
      else throw invalid(`the function ${name}`);
    }
    this.take(')');
    return result;
  }

  path(): Path {
    const path: (string | number)[] = [this.#name()];
    for (;;) {
      if (this.takes('.')) path.push(this.#name());
      else if (this.takes('[')) {
        path.push(Number(this.#advance()));
        this.take(']');
      } else return path;
    }
  }

  #name(): string {
    const word = this.#advance();
    const name = word.startsWith('#') ? this.#placeholders.names[word] : word;
    if (name === undefined || !/^\w/.test(name)) throw invalid(word);
    return name;
  }

  /** The clause that begins here. */
  word(): string | undefined {
    const word = this.#tokens[this.#next];
    if (word === undefined) return undefined;
    if (!clauses.includes(word)) throw invalid(word);
    return this.#advance();
  }

  takes(expected: string): boolean {
    if (this.#tokens[this.#next] !== expected) return false;
    this.#next += 1;
    return true;
  }

  take(expected: string): void {
    if (!this.takes(expected)) throw invalid(this.#tokens.join(' '));
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw invalid(this.#tokens.join(' '));
  }

  #peek(ahead = 0): string {
    return this.#tokens[this.#next + ahead] ?? '';
  }

  #advance(): string {
    const word = this.#peek();
    this.#next += 1;
    return word;
  }
}

function compares(
  comparator: string,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return comparator === '<>' && left !== right;
  if (comparator === '=') return equal(left, right);
  if (comparator === '<>') return !equal(left, right);
  let order: number;
  if ('N' in left && 'N' in right) order = Number(left.N) - Number(right.N);
  else if ('S' in left && 'S' in right) order = Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  else return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      throw invalid(`the comparator ${comparator}`);
  }
}

/** Not Node's own comparison, which tells the objects of a test from those that `structuredClone` makes. */
function equal(left: AttributeValue, right: AttributeValue): boolean {
  if ('N' in left && 'N' in right) return Number(left.N) === Number(right.N);
  if ('SS' in left && 'SS' in right) return isSame([...left.SS].sort(), [...right.SS].sort());
  if ('L' in left && 'L' in right) {
    const [mine, theirs] = [left.L, right.L];
    return mine.length === theirs.length && mine.every((item, index) => same(item, theirs[index]));
  }
  if ('M' in left && 'M' in right) {
    const [mine, theirs] = [Object.entries(left.M), right.M];
    return (
      mine.length === Object.keys(theirs).length && mine.every(([name, item]) => same(item, theirs[name]))
    );
  }
  return isSame(left, right);
}

const same = (left: AttributeValue, right: AttributeValue | undefined) =>
  right !== undefined && equal(left, right);

const isSame = (left: object, right: object) => JSON.stringify(left) === JSON.stringify(right);

function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (!value) return undefined;
  if ('S' in value) return { N: String(Buffer.byteLength(value.S)) };
  if ('L' in value) return { N: String(value.L.length) };
  if ('SS' in value) return { N: String(value.SS.length) };
  return 'M' in value ? { N: String(Object.keys(value.M).length) } : undefined;
}

/** ADD is for numbers, from 0, and for sets. */
function added(before: AttributeValue | undefined, more: AttributeValue | undefined): AttributeValue {
  if (more && 'N' in more && (!before || 'N' in before))
    return { N: String(Number(before?.N ?? 0) + Number(more.N)) };
  if (more && 'SS' in more && (!before || 'SS' in before))
    return { SS: [...new Set([...(before?.SS ?? []), ...more.SS])] };
  throw invalid('an ADD of other than a number or a set');
}

function at(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const step of path) {
    if (value && 'M' in value && typeof step === 'string') value = value.M[step];
    else if (value && 'L' in value && typeof step === 'number') value = value.L[step];
    else return undefined;
  }
  return value;
}

/** @param value to put there; `undefined` removes what is there. */
function put(item: Item, path: Path, value: AttributeValue | undefined): void {
  const last = path.at(-1);
  const parent = at(item, path.slice(0, -1));
  if (parent && 'M' in parent && typeof last === 'string') {
    if (value) parent.M[last] = structuredClone(value);
    else delete parent.M[last];
  } else if (parent && 'L' in parent && typeof last === 'number') {
    if (value) parent.L[Math.min(last, parent.L.length)] = structuredClone(value);
    else parent.L.splice(last, 1);
  } else if (value) {
    throw new AwsRefusal(
      'ValidationException',
      'The document path provided in the update expression is invalid for update',
    );
  }
}
