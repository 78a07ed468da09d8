/**
 * Leaves out of mutation testing what no answer depends on: words for the reference (`z.describe`, which
 * `npm run check:generated` holds to), words for the log, and the names of error classes, which are for the log too.
 * @see https://stryker-mutator.io/docs/stryker-js/disable-mutants/#using-an-ignore-plugin
 */
const told = {
  describe: 'It is for the reference.',
  log: 'It is for the log.',
  warn: 'It is for the log.',
};

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'words',
    value: {
      shouldIgnore({ node }) {
        if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
          return told[node.callee.property.name];
        }
        const isName = node.type === 'ClassProperty' && node.override && node.key.name === 'name';
        return isName ? 'It is for the log.' : undefined;
      },
    },
  },
];
