import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import type { HeldLease } from '../../lease/lease.ts';
import { eager } from '../all-of.ts';
import { itemOf } from './item.ts';
import { begin, type Journal, record, withStanding } from './journal.ts';
import type { FederationRecord, Standing } from './records.ts';

/** The journal of a resource while one event is worked on, under the resource's lease. */
export class Ledger {
  readonly #lease: Pick<HeldLease, 'keep'>;
  readonly #request: CustomResourceRequest;
  #journal: Journal;
  /** One write at a time: a later one must not land before an earlier one. */
  #written: Promise<void> = Promise.resolve();

  constructor(lease: Pick<HeldLease, 'keep'>, request: CustomResourceRequest, journal: Journal) {
    this.#lease = lease;
    this.#request = request;
    this.#journal = journal;
  }

  get journal(): Journal {
    return this.#journal;
  }

  /** Opens the attempt. Nothing may change before this settles. */
  begin(): Promise<void> {
    return this.#write(begin(this.#journal, this.#request));
  }

  /** Records what is about to be added, or has become known. Nothing of it may be added before this settles. */
  record(federation: FederationRecord): Promise<void> {
    return this.#write(record(this.#journal, this.#request.requestId, federation));
  }

  /** Notes that a federation of this resource is as it was; the event's end writes that down. */
  restored(standing: Standing): void {
    this.#journal = withStanding(this.#journal, standing.physicalResourceId, standing);
  }

  /** What this attempt may have made so far. */
  get federation(): FederationRecord | undefined {
    return this.#journal.open.find(({ requestId }) => requestId === this.#request.requestId)?.federation;
  }

  /** Settles when no write is under way. */
  async settled(): Promise<void> {
    await this.#written.catch(() => undefined);
  }

  #write(journal: Journal): Promise<void> {
    if (journal === this.#journal) return this.#written;
    this.#journal = journal;
    const write = () => this.#lease.keep(itemOf(journal));
    this.#written = eager(this.#written.then(write, write));
    return this.#written;
  }
}
