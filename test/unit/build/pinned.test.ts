import { readFileSync } from 'node:fs';
import { z } from 'zod';

const lock = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      integrity: z.string().optional(),
      inBundle: z.boolean().optional(),
      resolved: z.unknown().optional(),
    }),
  ),
});

// A bundled package comes inside another one, which has the hash of both.
test.each(['package-lock.json', 'cdk/package-lock.json'])(
  '%s has the hash of every package, also of those for other platforms, and no address',
  (file) => {
    const { packages } = lock.parse(JSON.parse(readFileSync(file, 'utf8')));
    const { '': project, ...others } = packages;
    expect(project).toBeDefined();
    const fetched = Object.values(others).filter(({ inBundle }) => inBundle !== true);
    expect(fetched.filter(({ integrity = '' }) => !/^sha512-[\w+/]+=*$/.test(integrity))).toEqual([]);
    expect(Object.keys(others).filter((place) => others[place]?.resolved !== undefined)).toEqual([]);
    expect(fetched.length).toBeGreaterThan(50);
  },
);

test.each(['local/requirements.txt', 'local/requirements-lint.txt', 'cdk/requirements.txt'])(
  'every requirement in %s has an exact version and a hash',
  (file) => {
    const requirements = readFileSync(file, 'utf8')
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const loose = requirements.filter((line) => !/^[\w.[\],-]+==\S+ .*--hash=sha256:[0-9a-f]{64}/.test(line));
    expect(loose).toEqual([]);
    expect(requirements.length).toBeGreaterThan(10);
  },
);

// It would stand before the machine's own Node on the PATH, and does not run with musl.
test.each(['x64', 'arm64'])('the Node for %s that npm brings goes to Linux with glibc only', (processor) => {
  const { packages } = lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
  expect(packages[`node_modules/node-linux-${processor}`]).toMatchObject({ os: 'linux', libc: ['glibc'] });
});

test('pip takes no requirement without its hash, and npm runs no script of a package', () => {
  expect(readFileSync('local/install.py', 'utf8')).toContain('"--require-hashes", "-r"');
  expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
});
