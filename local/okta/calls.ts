/** A call that the org has had. */
export interface RecordedCall {
  n: number;
  at: string;
  method: string;
  path: string;
  query: string;
  /** Absent while the call is under way, and if the connection broke without an answer. */
  status?: number;
  /** JSON bodies only: a form may hold credentials. */
  requestBody?: unknown;
  /** What went wrong with it by order of the control port. */
  fault?: string;
}

/** The calls that the org has had, in order. */
export class Calls {
  #recorded: RecordedCall[] = [];
  #count = 0;

  begin(method: string, url: URL, contentType: string | undefined, body: Buffer): RecordedCall {
    this.#count += 1;
    const call: RecordedCall = {
      n: this.#count,
      at: new Date().toISOString(),
      method,
      path: url.pathname,
      query: url.search.slice(1),
    };
    if (contentType?.startsWith('application/json') && body.length > 0) call.requestBody = parsed(body);
    this.#recorded.push(call);
    return call;
  }

  list(): RecordedCall[] {
    return this.#recorded;
  }

  clear(): void {
    this.#recorded = [];
  }
}

function parsed(body: Buffer): unknown {
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
