/**
 * Leaves out of mutation testing what no test can notice, or no single test at little cost:
 * - what a module sets up as it loads (the schemas, most of all). `ignoreStatic` leaves that out if a test file loads the
 *   module; here it is part of a bundle that a process loads in the middle of a test.
 * - texts for the reference (`z.describe`, which `npm run check:generated` checks), texts for the log, and the names of
 *   error classes, which are also for the log.
 * @see https://stryker-mutator.io/docs/stryker-js/disable-mutants/#using-an-ignore-plugin
 */
const told = {
  describe: 'It is for the reference.',
  log: 'It is for the log.',
  warn: 'It is for the log.',
};

function wordsFor({ node }) {
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
    return told[node.callee.property.name];
  }
  const isName = node.type === 'ClassProperty' && node.override && node.key.name === 'name';
  return isName ? 'It is for the log.' : undefined;
}

function setUpOnce({ node, parentPath }) {
  if (node.type !== 'VariableDeclarator' || !node.init || node.init.type.includes('Function'))
    return undefined;
  const { type, parent } = parentPath;
  const isOfModule = parent.type === 'Program' || parent.type === 'ExportNamedDeclaration';
  return type === 'VariableDeclaration' && isOfModule ? 'It is set up as the module loads.' : undefined;
}

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'unnoticeable',
    value: { shouldIgnore: (path) => setUpOnce(path) ?? wordsFor(path) },
  },
];
