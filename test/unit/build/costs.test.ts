import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { readTemplate } from '../../support/template.ts';

const template = z
  .object({
    Parameters: z.record(z.string(), z.unknown()),
    Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
  })
  .parse(readTemplate(readFileSync('template.yaml', 'utf8')));
const costs = readFileSync('docs/costs.md', 'utf8');

/** How many of a thing the page counts: the number before its name. */
function counted(thing: string): number {
  return Number(new RegExp(`\\b(\\d+) ${thing}s?\\b`).exec(costs)?.[1]);
}

test.each([
  ['secret', 'AWS::SecretsManager::Secret'],
  ['function', 'AWS::Lambda::Function'],
  ['table', 'AWS::DynamoDB::Table'],
  ['queue', 'AWS::SQS::Queue'],
  ['schedule', 'AWS::Scheduler::Schedule'],
  ['alarm', 'AWS::CloudWatch::Alarm'],
  ['dashboard', 'AWS::CloudWatch::Dashboard'],
  ['log group', 'AWS::Logs::LogGroup'],
])('the costs count each %s of the template', (thing, type) => {
  expect(counted(thing)).toBe(Object.values(template.Resources).filter(({ Type }) => Type === type).length);
});

test('the total is the sum of the costs', () => {
  const rows = [...costs.matchAll(/\| \$(\d+\.\d\d) \|$/gm)].map(([, dollars]) => Number(dollars));
  const [, total] = /The total is about \$(\d+\.\d+)/.exec(costs) ?? [];
  expect(rows).toHaveLength(9);
  expect(Math.abs(rows.reduce((sum, dollars) => sum + dollars, 0) - Number(total))).toBeLessThan(0.05);
});

test('the page on the installation has each parameter of the template', () => {
  const [, table = ''] = readFileSync('docs/install.md', 'utf8').split('## Parameters');
  const names = [...table.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect(names.toSorted()).toEqual(Object.keys(template.Parameters).toSorted());
});
