import { readFileSync } from 'node:fs';
import { z } from 'zod';

const lock = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});

test('package-lock.json has the hash of every package, also of those for other platforms', () => {
  const { packages } = lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
  const { '': project, ...others } = packages;
  expect(project).toBeDefined();
  const unhashed = Object.keys(others).filter(
    (place) => !/^sha512-[\w+/]+=*$/.test(others[place]?.integrity ?? ''),
  );
  expect(unhashed).toEqual([]);
  expect(Object.keys(others).length).toBeGreaterThan(100);
});

test.each(['local/requirements.txt', 'local/requirements-lint.txt'])(
  'every requirement in %s has an exact version and a hash',
  (file) => {
    const requirements = readFileSync(file, 'utf8')
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const loose = requirements.filter((line) => !/^[\w.[\],-]+==\S+ .*--hash=sha256:[0-9a-f]{64}/.test(line));
    expect(loose).toEqual([]);
    expect(requirements.length).toBeGreaterThan(50);
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
