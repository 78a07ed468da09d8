/**
 * Dependencies point one way: an entry (a Lambda handler, the command line) uses all below it; federation uses the doors to
 * the outside: okta, cognito, lease and cloudformation. The doors do not know each other, and use what is at the bottom only.
 */
const entry = '^src/((failsafe|provider|watch|federation-metrics)\\.ts$|command/)';
const bottom = '^src/((secret|remote-calls|http|json|loopback|version|at-most|lazily)\\.ts$|aws/|retry/)';
const below = (folder) => `^src/${folder}/`;
/** Layers of the federation, in order. A layer imports only earlier layers. */
const stages = [
  'federation/(properties|journal|ownership|policy)',
  'federation/observe',
  'federation/plan',
  'federation/apply',
];

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Not of types either: two files that name each other are one idea.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'the-product-stands-alone',
      comment: 'What is shipped imports nothing of what builds, runs or tests it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(build|local|acceptance|test|examples|bench)/' },
    },
    {
      name: 'entries-are-on-top',
      severity: 'error',
      from: { path: '^src/', pathNot: entry },
      to: { path: entry },
    },
    ...['okta', 'cognito', 'lease', 'cloudformation'].map((folder) => ({
      name: `${folder}-knows-nothing-of-its-neighbors`,
      severity: 'error',
      from: { path: below(folder) },
      to: { path: '^src/', pathNot: [below(folder), bottom] },
    })),
    ...stages.map((folder, index) => ({
      name: `${folder.replaceAll(/\W+/g, '-')}-comes-before-what-follows`,
      comment: 'An earlier layer imports nothing of a later one, except types.',
      severity: 'error',
      from: { path: below(folder) },
      to: {
        path: [...stages.slice(index + 1), 'federation/verify'].map(below).join('|'),
        dependencyTypesNot: ['type-only'],
      },
    })),
    {
      name: 'the-bottom-is-the-bottom',
      severity: 'error',
      from: { path: bottom },
      to: { path: '^src/', pathNot: bottom },
    },
    {
      name: 'examples-stand-alone',
      comment: 'A user copies them.',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^(src|build|local|acceptance|test|bench)/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
