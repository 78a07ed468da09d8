import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';

// The Python app must give the same template: test_examples.py. The end-to-end tests of the project deploy it.

const folder = path.join(__dirname, '..');
const outputs = mkdtempSync(path.join(tmpdir(), 'cdk-examples-'));

afterAll(() => rmSync(outputs, { recursive: true }));

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

const kept: { readonly Resources: Readonly<Record<string, Resource>> } = JSON.parse(
  readFileSync(path.join(folder, 'examples', 'web-app.template.json'), 'utf8'),
);

test('web-app.mts gives web-app.template.json; if it must not, run npm run synth', () => {
  execFileSync(process.execPath, ['examples/web-app.mts'], {
    cwd: folder,
    env: { ...process.env, CDK_OUTDIR: outputs, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
  });
  expect(JSON.parse(readFileSync(path.join(outputs, 'WebApp.template.json'), 'utf8'))).toEqual(kept);
});

test('its federation and its client are those of examples/web-app.yaml', () => {
  const text = readFileSync(path.join(folder, '..', 'examples', 'web-app.yaml'), 'utf8');
  const { AppClient, Federation } = parse(text, { logLevel: 'error' }).Resources;
  const propertiesOf = (type: string) =>
    Object.values(kept.Resources).find(({ Type }) => Type === type)?.Properties ?? {};
  expect(Object.keys(propertiesOf(Federation.Type)).toSorted()).toEqual(
    Object.keys(Federation.Properties).toSorted(),
  );
  const client = propertiesOf(AppClient.Type);
  expect(client.AllowedOAuthFlows).toEqual(AppClient.Properties.AllowedOAuthFlows);
  expect(client.AllowedOAuthScopes).toEqual(AppClient.Properties.AllowedOAuthScopes);
  expect(client.SupportedIdentityProviders).toEqual([
    'COGNITO',
    { 'Fn::GetAtt': [expect.stringMatching(/^Okta/), 'ProviderName'] },
  ]);
});
