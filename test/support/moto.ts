import { freePorts, startCommand } from './child-process.ts';

/** Moto: what strangers take for AWS in their tests. */
export interface Moto extends AsyncDisposable {
  /** Its endpoint for every service. */
  readonly url: string;
}

/** It ends with its standard input. */
const server = `
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from moto.server import main
main()
`;

/** Starts moto's server on loopback. */
export async function startMoto(): Promise<Moto> {
  const [port = ''] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const running = await startCommand(
    ['.venv/bin/python', '-c', server, '-H', '127.0.0.1', '-p', port],
    {},
    async () => (await fetch(`${url}/moto-api/data.json`)).ok,
  );
  return { url, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}
