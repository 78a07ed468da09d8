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

/** Writes a template with the resource, and one of another custom type, which the rule is not for. */
function template(name: string, properties: object): string {
  const file = path.join(folder, `${name}.json`);
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

// cfn-lint takes seconds to start: one run for all that is wrong, one for all that is right.
test('cfn-lint flags a misspelled property, a misspelled part, and a wrong value', async () => {
  const found = await lint(
    template('property', { UserPoolClientId: ['abc'] }),
    template('part', { Adopt: { ApplicationID: '0oa00000000000000001' } }),
    template('choice', { AttributesRequestMethod: 'PUT' }),
    template('pattern', { UserPoolId: 'my-pool' }),
  );
  const messages = found.filter(({ Rule }) => Rule.Id === 'E9601').map(({ Message }) => Message);
  expect(messages).toEqual(
    expect.arrayContaining([
      expect.stringContaining("'UserPoolClientId' was unexpected"),
      expect.stringContaining("'ApplicationID' was unexpected"),
      expect.stringContaining("'PUT' is not one of ['GET', 'POST']"),
      expect.stringContaining("'my-pool' does not match"),
    ]),
  );
});

test('cfn-lint flags nothing in a correct template with intrinsic functions, and nothing in the examples', async () => {
  const right = { Access: { Ref: 'Groups' }, Scopes: ['openid', 'email'], Verify: false, SecretVersion: 2 };
  const examples = readdirSync('examples').filter((name) => name.endsWith('.yaml'));
  const found = await lint(template('right', right), ...examples.map((name) => `examples/${name}`));
  expect(found.filter(({ Rule }) => Rule.Id === 'E9601')).toEqual([]);
  expect(examples.length).toBeGreaterThan(0);
});
