/** Before the CDK constructs are compiled: writes the release that they deploy into their package, with its licenses. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { makeRelease } from './release/release.ts';
import { packageVersion } from './version.ts';

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(await readFile('cdk/package.json', 'utf8')));
if (version !== packageVersion) {
  throw new Error(
    `cdk/package.json has the version ${version}, and package.json ${packageVersion}. Set both to the same.`,
  );
}
await mkdir('cdk/release', { recursive: true });
const release = await makeRelease();
for (const [name, text] of Object.entries(release)) await writeFile(`cdk/release/${name}`, text);
for (const name of ['LICENSE', 'NOTICE']) await copyFile(name, `cdk/${name}`);
