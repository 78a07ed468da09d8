import { randomBytes, randomUUID } from 'node:crypto';
import { type Answer, type CustomResourceEvent, type Properties, readAnswer } from './custom-resource.ts';
import type { Invocation, Invoke } from './invocation.ts';
import { type PlayedStack, PlayedStacks } from './played-stacks.ts';
import type { ResponseBucket, ResponseUrl } from './response-url.ts';

/** One event, how the function ran with it, and what came to its ResponseURL. */
export interface Exchange {
  readonly event: CustomResourceEvent;
  /** Undefined only if the function was killed, timed out or crashed before it answered. */
  readonly answer: Answer | undefined;
  readonly invocation: Invocation;
  readonly url: ResponseUrl;
}

/** Where a stack operation ended, and the exchanges on the way. */
export interface Outcome {
  readonly status: StackStatus;
  /** Why the first event failed. */
  readonly reason: string | undefined;
  readonly exchanges: readonly Exchange[];
}

export type StackStatus =
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_FAILED'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED';

export interface StackSettings {
  readonly invoke: Invoke;
  readonly bucket: Pick<ResponseBucket, 'open'>;
  readonly stackName?: string;
  readonly logicalResourceId?: string;
  /** The stack's ID, if the stack has another resource too. */
  readonly id?: string;
  readonly serviceToken?: string;
  /** Stores what CloudFormation shows of this stack, for the function to read; by default in the local AWS, if it runs. */
  readonly show?: (stack: PlayedStack) => Promise<void>;
}

/** What a person does with a preserved stack whose Update failed. AWS does not say which properties count as its own then. */
export type AfterFailure =
  | 'delete with the properties before'
  | 'delete with those that failed'
  | 'update again from the properties before'
  | 'update again from those that failed';

interface Target {
  readonly PhysicalResourceId?: string;
  readonly OldResourceProperties?: Properties;
}

/**
 * A stack with one custom resource, which plays the sequences of events that CloudFormation plays and the local
 * stack does not: the Delete after a failed Create, the Update that rolls an Update back, and the Deletes that clean up
 * after a replacement. Every answer is held against the protocol.
 */
export class Stack {
  readonly name: string;
  readonly id: string;
  readonly logicalResourceId: string;
  /** As the last successful event left them; undefined while there is no resource. */
  physicalResourceId: string | undefined;
  properties: Properties = {};
  /** What `Fn::GetAtt` reads. */
  attributes: Properties = {};
  /** Every exchange of this stack. */
  readonly exchanges: Exchange[] = [];
  readonly #settings: StackSettings;
  readonly #played = new PlayedStacks();

  constructor(settings: StackSettings) {
    this.#settings = settings;
    this.name = settings.stackName ?? `stack-${randomBytes(4).toString('hex')}`;
    this.id =
      settings.id ?? `arn:aws:cloudformation:us-east-1:000000000000:stack/${this.name}/${randomUUID()}`;
    this.logicalResourceId = settings.logicalResourceId ?? 'Federation';
  }

  /** Create; if it fails, Delete of the physical ID that it answered with, or of an invented one if there was none. */
  async create(properties: Properties, signal?: AbortSignal): Promise<Outcome> {
    const create = await this.send(this.event('Create', properties), signal);
    if (this.#accept(create, properties)) return outcome('CREATE_COMPLETE', create);
    const made = create.answer?.PhysicalResourceId ?? this.#madeUpId();
    const undo = await this.send(this.event('Delete', properties, { PhysicalResourceId: made }));
    return outcome(succeeded(undo) ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED', create, undo);
  }

  /**
   * Update; after a replacement, Delete of the old physical ID. If it fails: Update back, and Delete of a new ID.
   *
   * @param then `fail`: another resource of the stack fails after this one has been updated, so all is rolled back.
   */
  async update(
    properties: Properties,
    then: 'clean up' | 'fail' = 'clean up',
    signal?: AbortSignal,
  ): Promise<Outcome> {
    const before = { id: this.physicalResourceId, properties: this.properties };
    const target = this.#target();
    const update = await this.send(this.event('Update', properties, target), signal);
    const now = update.answer?.PhysicalResourceId ?? before.id;
    if (then === 'clean up' && this.#accept(update, properties)) {
      return outcome('UPDATE_COMPLETE', update, ...(await this.#cleanUp(before)));
    }
    const back = await this.send(
      this.event('Update', before.properties, {
        // A failed Update has not changed the resource, even if its answer has another ID.
        ...id(succeeded(update) ? now : before.id),
        OldResourceProperties: properties,
      }),
      undefined,
      true,
    );
    if (!this.#accept(back, before.properties)) return outcome('UPDATE_ROLLBACK_FAILED', update, back);
    if (now === this.physicalResourceId) return outcome('UPDATE_ROLLBACK_COMPLETE', update, back);
    return outcome('UPDATE_ROLLBACK_COMPLETE', update, back, await this.#clean(now, properties));
  }

  /** Update; if it fails, nothing is rolled back (`--disable-rollback`). */
  async updatePreserved(properties: Properties, then: AfterFailure): Promise<Outcome> {
    const update = await this.#change(properties, this.properties);
    if (update.status === 'UPDATE_COMPLETE') return update;
    const known = then.endsWith('that failed') ? properties : this.properties;
    const next = then.startsWith('delete')
      ? await this.#delete(known)
      : await this.#change(properties, known);
    return { ...next, exchanges: [...update.exchanges, ...next.exchanges] };
  }

  async delete(signal?: AbortSignal): Promise<Outcome> {
    return this.#delete(this.properties, signal);
  }

  async #delete(properties: Properties, signal?: AbortSignal): Promise<Outcome> {
    const gone = await this.send(this.event('Delete', properties, id(this.physicalResourceId)), signal);
    if (!succeeded(gone)) return outcome('DELETE_FAILED', gone);
    this.physicalResourceId = undefined;
    return outcome('DELETE_COMPLETE', gone);
  }

  /** An event of this stack, with a request ID of its own; its ResponseURL is set when it is sent. */
  event(
    type: CustomResourceEvent['RequestType'],
    properties: Properties,
    target: Target = {},
  ): CustomResourceEvent {
    const ServiceToken =
      this.#settings.serviceToken ?? 'arn:aws:lambda:us-east-1:000000000000:function:okta-cognito-idp';
    const { OldResourceProperties: old, ...rest } = target;
    return {
      RequestType: type,
      RequestId: randomUUID(),
      ResponseURL: '',
      ResourceType: 'Custom::OktaCognitoIdp',
      LogicalResourceId: this.logicalResourceId,
      StackId: this.id,
      ...rest,
      ResourceProperties: { ServiceToken, ...asSent(properties) },
      ...(old && { OldResourceProperties: { ServiceToken, ...asSent(old) } }),
    };
  }

  /** Sends an event, again if it has been sent before, and reads the answer. */
  async send(event: CustomResourceEvent, signal?: AbortSignal, rollsBack = false): Promise<Exchange> {
    const url = this.#settings.bucket.open(event);
    await this.#show(this.#played.sends(event, rollsBack));
    const sent = { ...event, ResponseURL: url.href };
    const invocation = await this.#settings.invoke(sent, signal);
    const died = ['killed', 'timed out', 'crashed'].includes(invocation.ended);
    if (invocation.ended === 'lingered') {
      throw new Error(`${event.RequestType}: a timer or socket outlived the handler.\n${invocation.output}`);
    }
    if (!died && url.stored.length === 0) {
      throw new Error(`${event.RequestType}: no answer came (${invocation.ended}).\n${invocation.output}`);
    }
    const answer = url.stored.length === 0 ? undefined : readAnswer(sent, url.stored);
    await this.#show(this.#played.ends(event, answer));
    const exchange: Exchange = { event: sent, answer, invocation, url };
    this.exchanges.push(exchange);
    return exchange;
  }

  async #show(stack: PlayedStack): Promise<void> {
    await (this.#settings.show ?? showLocally)(stack);
  }

  async #change(properties: Properties, old: Properties): Promise<Outcome> {
    const before = { id: this.physicalResourceId, properties: this.properties };
    const target = { ...this.#target(), OldResourceProperties: old };
    const update = await this.send(this.event('Update', properties, target));
    if (!this.#accept(update, properties)) return outcome('UPDATE_FAILED', update);
    return outcome('UPDATE_COMPLETE', update, ...(await this.#cleanUp(before)));
  }

  /** After a replacement. A cleanup that fails leaves the old resource behind and the stack green. */
  async #cleanUp(before: { id: string | undefined; properties: Properties }): Promise<Exchange[]> {
    return before.id === this.physicalResourceId ? [] : [await this.#clean(before.id, before.properties)];
  }

  #clean(physicalResourceId: string | undefined, properties: Properties): Promise<Exchange> {
    return this.send(this.event('Delete', properties, id(physicalResourceId)));
  }

  #target(): Target {
    return { ...id(this.physicalResourceId), OldResourceProperties: this.properties };
  }

  #accept({ answer }: Exchange, properties: Properties): boolean {
    if (answer?.Status !== 'SUCCESS') return false;
    this.physicalResourceId = answer.PhysicalResourceId;
    this.properties = properties;
    this.attributes = answer.Data ?? {};
    return true;
  }

  /** CloudFormation names a resource itself when a Create gave no answer. */
  #madeUpId(): string {
    return `${this.name}-${this.logicalResourceId}-${randomBytes(6).toString('hex').toUpperCase()}`;
  }
}

/** Has the local AWS of the environment show a stack (local/aws/custom_resources.py). */
export async function showLocally(stack: PlayedStack): Promise<void> {
  const { AWS_ENDPOINT_URL: endpoint } = process.env;
  if (!endpoint) return;
  const request = { method: 'PUT', body: JSON.stringify(stack) };
  const { ok, status } = await fetch(new URL('/_local/stacks', endpoint), request);
  if (!ok) throw new Error(`The local AWS answers ${status} to a stack that a test plays.`);
}

/** CloudFormation sends every number and boolean as a string, at any depth, and leaves out what has no value. */
function asSent(properties: Properties): Properties {
  return JSON.parse(
    JSON.stringify(properties, (_, value) =>
      typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
    ),
  );
}

const id = (physicalResourceId: string | undefined): Target =>
  physicalResourceId === undefined ? {} : { PhysicalResourceId: physicalResourceId };

const succeeded = ({ answer }: Exchange) => answer?.Status === 'SUCCESS';

function outcome(status: StackStatus, first: Exchange, ...rest: Exchange[]): Outcome {
  return { status, reason: first.answer?.Reason, exchanges: [first, ...rest] };
}
