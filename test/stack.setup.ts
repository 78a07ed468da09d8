/**
 * Lets integration and e2e tests find the local stack. `make test` starts one and hands its variables down; a single test
 * that is run with jest means the stack of `make up`, whose variables are in .local/env.
 */
import { existsSync } from 'node:fs';
import { readEnvironment } from '../local/environment.ts';
import { buildBundles } from './support/bundles.ts';

export default async function setUp(): Promise<void> {
  await buildBundles();
  if (process.env.SERVICE_TOKEN !== undefined) return;
  const file = `${process.env.LOCAL_DIR ?? '.local'}/env`;
  if (existsSync(file)) Object.assign(process.env, readEnvironment(file));
}
