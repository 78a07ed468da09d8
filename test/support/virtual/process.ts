import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Invocation } from '../invocation.ts';
import { Clock } from './clock.ts';
import { Doors } from './doors.ts';
import type { Network, Sender } from './network.ts';
import type { VirtualTime } from './time.ts';

/** What a bundle finds around it instead of Node's own. */
const shadowed = [
  'exports',
  'require',
  'module',
  'process',
  // Another way out, which the product does not take.
  'fetch',
  'Date',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'AbortSignal',
  'Math',
] as const;

type Surroundings = Record<(typeof shadowed)[number], unknown>;

/** Loads a bundle and gives what it exports. */
export type Load = (surroundings: Surroundings) => object;

/** Compiles a bundle's files once; each process then loads them again. */
export function compileBundle(entry: string): Load {
  const compiled = new Map<string, ReturnType<typeof toFunction>>();
  const compile = (file: string) => {
    const known = compiled.get(file) ?? toFunction(new Function(...shadowed, namedCode(file)));
    compiled.set(file, known);
    return known;
  };
  return (surroundings) => {
    const modules = new Map<string, { exports: object }>();
    const load = (file: string): object => {
      const known = modules.get(file);
      if (known) return known.exports;
      const module = { exports: {} };
      modules.set(file, module);
      const require = (name: string) =>
        name.startsWith('.')
          ? load(join(dirname(file), name))
          : Reflect.apply(toFunction(surroundings.require), undefined, [name]);
      const own: Surroundings = { ...surroundings, exports: module.exports, module, require };
      compile(file)(...shadowed.map((name) => own[name]));
      return module.exports;
    };
    return load(entry);
  };
}

/** A file's code with its name, so that jest finds its source map; `new Function` brings the two lines of its head. */
function namedCode(file: string): string {
  const code = readFileSync(file, 'utf8');
  const body = code.startsWith('//\n//\n') ? code.slice(6) : code;
  return `${body}\n//# sourceURL=${resolve(file)}`;
}

export interface ProcessSettings {
  readonly load: Load;
  readonly environment: Readonly<Record<string, string>>;
  readonly time: VirtualTime;
  readonly network: Network;
  /** Chance, from 0 up to 1. */
  readonly random: () => number;
  /** Milliseconds that its clock is ahead of others'. */
  readonly skew?: number;
}

/** For debugging: what the functions log, with the stacks of their errors, goes to the terminal as well. */
const isLogShown = process.env.FUNCTION_LOG === '1';

const notThere = Object.assign(new Error('There are no files here.'), { code: 'ENOENT' });

type Handler = (event: unknown, context: object) => Promise<unknown>;

/**
 * A Lambda process in which a shipped bundle runs as it is, with virtual time and without sockets. It handles one event
 * at a time, stays warm for the next, and can be killed at any moment: what it has sent by then arrives, and nothing else.
 */
export class VirtualProcess implements Sender {
  alive = true;
  busy = false;
  readonly #time: VirtualTime;
  readonly #clock: Clock;
  readonly #doors: Doors;
  readonly #handler: Handler;
  #output = '';
  #end: (ended: 'killed' | 'timed out') => void = () => {};

  constructor(settings: ProcessSettings) {
    const { load, environment, time, network, random, skew = 0 } = settings;
    this.#time = time;
    this.#clock = new Clock(time, skew);
    this.#doors = new Doors(network, this);
    const stream = { write: (text: string) => this.#print(text), on() {}, once() {}, removeListener() {} };
    const overrides: Record<string, unknown> = {
      'node:timers/promises': this.#clock.promises,
      'node:console': { Console: printer(stream.write) },
      // The SDK looks for a person's configuration, which Lambda has none of.
      'node:fs/promises': { readFile: () => Promise.reject(notThere) },
    };
    const virtual = Object.create(process, {
      env: { value: { ...environment } },
      stdout: { value: stream },
      stderr: { value: stream },
    });
    overrides['node:process'] = virtual;
    for (const name of ['node:http', 'node:https'] as const) {
      overrides[name] = { ...process.getBuiltinModule(name), request: this.#doors.request };
    }
    const exported = load({
      ...this.#clock.globals,
      exports: {},
      module: {},
      require: (name: string) => overrides[name] ?? process.getBuiltinModule(name),
      process: virtual,
      fetch: undefined,
      Math: Object.create(Math, { random: { value: random } }),
    });
    this.#handler = handlerOf(exported);
  }

  kill(): void {
    this.#die('killed');
  }

  /**
   * @param timeout the function's, in milliseconds.
   * @returns how it ended; `lingered` if a timer or a request is still open when the handler has returned.
   */
  async invoke(event: unknown, timeout: number): Promise<Invocation> {
    const started = this.#time.now();
    this.busy = true;
    this.#output = '';
    const death = new Promise<'killed' | 'timed out'>((resolve) => {
      this.#end = resolve;
    });
    const cancel = this.#time.after(timeout, () => this.#die('timed out'));
    const context = {
      awsRequestId: randomUUID(),
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:okta-cognito-idp',
      getRemainingTimeInMillis: () => Math.max(0, started + timeout - this.#time.now()),
    };
    const handled = this.#handler(structuredClone(event), context).then(
      (result) => ({ ended: 'returned' as const, result }),
      (error: unknown) => ({ ended: 'threw' as const, result: String(error) }),
    );
    const end = await Promise.race([handled, death.then((ended) => ({ ended, result: undefined }))]);
    cancel();
    this.busy = false;
    const lingers = end.ended === 'returned' && (this.#clock.running > 0 || this.#doors.open > 0);
    if (end.ended !== 'returned') this.alive = false;
    return {
      ended: lingers ? 'lingered' : end.ended,
      result: end.result,
      output: this.#output,
      took: this.#time.now() - started,
    };
  }

  #die(how: 'killed' | 'timed out'): void {
    if (!this.alive) return;
    this.alive = false;
    this.#clock.stop();
    this.#end(how);
  }

  #print(text: string): boolean {
    this.#output += text;
    if (isLogShown) process.stderr.write(text);
    return true;
  }
}

/** Stands in for Node's Console, which wants real streams. */
function printer(write: (text: string) => unknown) {
  return class {
    readonly debug = this.#line();
    readonly info = this.#line();
    readonly log = this.#line();
    readonly warn = this.#line();
    readonly error = this.#line();
    readonly trace = this.#line();

    #line() {
      return (...words: unknown[]) => void write(`${words.map(String).join(' ')}\n`);
    }
  };
}

function handlerOf(exported: object): Handler {
  const handler = toFunction(new Map(Object.entries(exported)).get('handler'));
  return (event, context) => Promise.resolve(Reflect.apply(handler, undefined, [event, context]));
}

function toFunction(value: unknown): (...given: unknown[]) => unknown {
  if (typeof value !== 'function') throw new Error('The bundle has no such function.');
  return (...given) => Reflect.apply(value, undefined, given);
}
