import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { propertySchemas } from '../../../build/reference/resource-schema.ts';
import { dimensionOf } from '../../../src/federation-metrics.ts';
import { readTemplate } from '../../support/template.ts';

// Only `make cdk` runs jsii and the library. These tests compare its sources with what they stand for, in each run.

const source = (name: string) => readFileSync(`cdk/src/${name}.ts`, 'utf8');
const { Outputs, Parameters } = z
  .looseObject({ Outputs: z.record(z.string(), z.unknown()), Parameters: z.record(z.string(), z.unknown()) })
  .parse(readTemplate(readFileSync('template.yaml', 'utf8')));

/** What a pattern captures in a text, in alphabetical order. */
function captured(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found).toSorted();
}

// jsii rejects an API with a type that index.ts does not export.

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

test('OktaFederationProvider has each output of the provider stack', () => {
  const read = captured(source('provider'), /\boutput\('(\w+)'\)/g);
  expect(read).toEqual(Object.keys(Outputs).toSorted());
});

test('OktaFederationProvider sets each parameter of the provider stack', () => {
  const set = [
    ...captured(source('generated/provider-options'), /^ {4}(\w+): options\./gm),
    ...captured(source('provider'), /^ {6,8}([A-Z]\w+): (?:props|vpc|groups)\b/gm),
  ];
  expect(set.toSorted()).toEqual(Object.keys(Parameters).toSorted());
});

test('OktaFederation has each attribute of the resource', () => {
  const attributes = captured(readFileSync('src/federation/made.ts', 'utf8'), /^ {4}([A-Z]\w+): /gm);
  expect(captured(source('federation'), /getAttString\('(\w+)'\)/g)).toEqual(attributes);
});

test('OktaFederation sets each property of the resource', () => {
  const set = [
    'ServiceToken',
    ...captured(source('generated/federation-options'), /^ {4}(\w+): options\./gm),
    ...captured(source('federation'), /^ {8}([A-Z]\w+): props/gm),
  ];
  expect(set.toSorted()).toEqual(
    propertySchemas()
      .map(([name]) => name)
      .toSorted(),
  );
});

test.each([
  ['us-east-1_Example/Okta', 'us-east-1_Example/Okta'],
  ['us-east-1_Example/a:b%20~', 'us-east-1_Example/a:b%20~'],
  ['us-east-1_Example/Größe', 'us-east-1_Example/Gr%C3%B6%C3%9Fe'],
  ['us-east-1_Example/日𝒜', 'us-east-1_Example/%E6%97%A5%F0%9D%92%9C'],
])('%s has metrics with the dimension %s, also in a CDK app', (federation, dimension) => {
  expect(dimensionOf(federation)).toBe(dimension);
  const escaping = /^ {2}return \w+(\.replace\(.*\));$/gm;
  const ofTheWatch = captured(readFileSync('src/federation-metrics.ts', 'utf8'), escaping);
  expect(ofTheWatch).toHaveLength(1);
  expect(captured(source('metrics-dimension'), escaping)).toEqual(ofTheWatch);
});

test('there is a method for each metric', () => {
  const published = ['metrics', 'federation-metrics'].flatMap((name) =>
    captured(readFileSync(`src/${name}.ts`, 'utf8'), /addMetric\('(\w+)'/g),
  );
  expect(captured(source('provider-metrics'), /^ {2}public metric(\w+)\(/gm)).toEqual(published.toSorted());
  const ofOne = captured(readFileSync('src/federation-metrics.ts', 'utf8'), /addMetric\('(\w+)'/g);
  expect(captured(source('federation'), /^ {2}public metric(\w+)\(/gm)).toEqual(ofOne);
});
