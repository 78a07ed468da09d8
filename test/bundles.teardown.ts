import { removeBundles } from './support/bundles.ts';

export default async function tearDown(): Promise<void> {
  await removeBundles();
}
