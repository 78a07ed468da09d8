import { readFileSync } from 'node:fs';

// jsii rejects an API with a type that index.ts does not export, but only `make cdk` runs it.

test.each(['federation-options', 'provider-options'])(
  'the CDK library exports each type that is written into %s.ts',
  (name) => {
    const generated = readFileSync(`cdk/src/generated/${name}.ts`, 'utf8');
    const types = [...generated.matchAll(/^export (?:interface|enum) (\w+)/gm)].map(([, type]) => type);
    const index = readFileSync('cdk/src/index.ts', 'utf8');
    const [, exported = ''] = new RegExp(`export \\{([^}]*)\\} from './generated/${name}'`).exec(index) ?? [];
    expect(types.length).toBeGreaterThan(1);
    expect(exported.split(/[\s,]+/).filter(Boolean)).toEqual(types.toSorted());
  },
);
