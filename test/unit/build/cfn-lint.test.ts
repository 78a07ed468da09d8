import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

const findings = z.array(
  z.looseObject({ Rule: z.looseObject({ Id: z.string() }), Message: z.string(), Location: z.unknown() }),
);
const arguments_ = ['--format', 'json', '--append-rules', 'schema/cfn-lint', '--ignore-checks', 'W', '--'];

/** What cfn-lint finds with our rule. It ends with a code of its own if it finds something. */
async function lint(...files: readonly string[]) {
  const output = await new Promise<string>((resolve) => {
    execFile('.venv/bin/cfn-lint', [...arguments_, ...files], (_, stdout) => resolve(stdout));
  });
  return findings.parse(JSON.parse(output));
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cfn-lint-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function template(properties: object): string {
  const file = path.join(folder, 'template.json');
  const Federation = {
    Type: 'Custom::OktaCognitoIdp',
    Properties: {
      ServiceToken: { 'Fn::ImportValue': 'okta-cognito-idp-ServiceToken' },
      UserPoolId: { Ref: 'Pool' },
      ...properties,
    },
  };
  const Other = { Type: 'Custom::Other', Properties: { ServiceToken: { Ref: 'Token' }, Anything: 1 } };
  const Parameters = {
    Pool: { Type: 'String' },
    Token: { Type: 'String' },
    Groups: { Type: 'CommaDelimitedList' },
  };
  writeFileSync(file, JSON.stringify({ Parameters, Resources: { Federation, Other } }));
  return file;
}

test.each([
  [{ UserPoolClientId: ['abc'] }, /'UserPoolClientId' was unexpected/],
  [{ Adopt: { ApplicationID: '0oa00000000000000001' } }, /'ApplicationID' was unexpected/],
  [{ AttributesRequestMethod: 'PUT' }, /'PUT' is not one of \['GET', 'POST'\]/],
  [{ UserPoolId: 'my-pool' }, /'my-pool' does not match/],
])(
  'cfn-lint flags %j',
  async (properties, message) => {
    const found = await lint(template(properties));
    expect(found.map(({ Rule }) => Rule.Id)).toContain('E9601');
    expect(found.map(({ Message }) => Message).join('\n')).toMatch(message);
  },
  60_000,
);

test('cfn-lint flags nothing in a right template, intrinsic functions included', async () => {
  const properties = {
    Access: { Ref: 'Groups' },
    Scopes: ['openid', 'email'],
    Verify: false,
    SecretVersion: 2,
  };
  expect(await lint(template(properties))).toEqual([]);
}, 60_000);

test('cfn-lint flags nothing in the examples', async () => {
  const examples = readdirSync('examples').filter((name) => name.endsWith('.yaml'));
  const found = await lint(...examples.map((name) => `examples/${name}`));
  expect(found.filter(({ Rule }) => Rule.Id === 'E9601')).toEqual([]);
  expect(examples.length).toBeGreaterThan(0);
}, 60_000);
