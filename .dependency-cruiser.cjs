/**
 * Dependencies point one way: an entry (a Lambda handler) uses all below it; federation uses okta, cognito, lease and
 * cloudformation; these use nothing of ours but what is at the bottom: secret values, HTTP, the count of remote calls,
 * and patience with AWS.
 */
const bottom = '^src/((secret|remote-calls|http)\\.ts$|aws/)';
const below = (folder) => `^src/${folder}/`;
/** The folders of the federation, each above those before it. */
const stages = ['properties', 'marker', 'observe', 'plan', 'apply'].map((name) => `federation/${name}`);

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
      to: { path: '^(build|local|test|examples|bench)/' },
    },
    {
      name: 'entries-are-on-top',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/(checklist|doctor|failsafe|provider)\\.ts$' },
    },
    ...['okta', 'cognito', 'lease', 'cloudformation'].map((folder) => ({
      name: `${folder}-knows-nothing-of-its-neighbours`,
      severity: 'error',
      from: { path: below(folder) },
      to: { path: '^src/', pathNot: [below(folder), bottom] },
    })),
    ...stages.map((folder, index) => ({
      name: `${folder}-comes-before-what-follows`,
      comment: 'What is thought of first knows nothing of what is done with it later, but for types.',
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
      to: { path: '^(src|build|local|test|bench)/' },
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
