import path from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Gives each module of this project that is imported when needed, by `import()`, a file of its own beside the entry's.
 * In one file it would be read at every start, and so would wrappers around all that it shares with the rest.
 *
 * Such a file has its own copy of what it imports: it must share no class or state with the rest.
 *
 * @param found is called with each such module, to bundle it too.
 */
export function ownFiles(found: Set<string>): Plugin {
  return {
    name: 'own-files',
    setup(build) {
      build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ kind, path: name, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const module = path.resolve(resolveDir, name);
        found.add(module);
        return { path: `./${path.basename(module, '.ts')}.js`, external: true };
      });
    },
  };
}
