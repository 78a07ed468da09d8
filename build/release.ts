/** `make release`: writes the files of a release into a folder that is named by the version. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeRelease } from './release/release.ts';
import { packageVersion } from './version.ts';

const [releases] = process.argv.slice(2);
if (releases === undefined) {
  console.error('usage: node build/release.ts <output folder>');
  process.exitCode = 2;
} else {
  const folder = path.join(releases, packageVersion);
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(await makeRelease())) {
    await writeFile(path.join(folder, name), text);
    console.log(`wrote ${path.join(folder, name)} (${Math.ceil(Buffer.byteLength(text) / 1024)} KB)`);
  }
}
