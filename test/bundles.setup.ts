/** Before tests that run the shipped code without the local stack: builds that code as it stands now. */
import { buildBundles } from './support/bundles.ts';

export default async function setUp(): Promise<void> {
  await buildBundles();
}
