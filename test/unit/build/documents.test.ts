import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const documents = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'events/README.md'].concat(
  readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
);

/** As GitHub names a heading: https://docs.github.com/en/get-started/writing-on-github */
const anchorsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

test.each(documents)('every link in %s leads somewhere', (file) => {
  const links = [...readFileSync(file, 'utf8').matchAll(/\]\(([^)]+)\)/g)].flatMap(([, link]) => link ?? []);
  const dead = links.filter((link) => {
    if (link.startsWith('https://')) return false;
    const [name = '', anchor] = link.split('#');
    const target = name === '' ? file : path.join(path.dirname(file), name);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
  expect(dead).toEqual([]);
});
