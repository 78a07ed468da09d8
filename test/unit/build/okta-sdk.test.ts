import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keepMethods } from '../../../build/keep-methods.ts';
import { bundleLambda } from '../../../build/lambda.ts';

const KB = 1024;
const sdk = /^.*node_modules\/@okta\/okta-sdk-nodejs\//;

/** Packages that the SDK asks for and that have no business in the bundle. */
const dropped =
  /node_modules\/(?:node-fetch|lodash|form-data|js-yaml|node-forge|njwt|node-jose|deep-copy|safe-flat|rasha|eckles|https-proxy-agent|parse-link-header|uuid)\//;

describe('the bundle of what talks to Okta', () => {
  let folder: string;
  let inputs: string[];
  let sdkBytes: number;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'bundle-'));
    // The build itself fails when a module that it replaces is no longer asked for.
    const metafile = await bundleLambda('src/okta/client.ts', folder);
    const [output] = Object.values(metafile.outputs);
    inputs = Object.keys(output?.inputs ?? {});
    sdkBytes = Object.entries(output?.inputs ?? {})
      .filter(([input]) => sdk.test(input))
      .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('has none of the packages that only unused parts of the SDK need', () => {
    expect(inputs.filter((input) => dropped.test(input))).toEqual([]);
  });

  it('contains only the parts of the SDK that are used', () => {
    const files = inputs.filter((input) => sdk.test(input)).map((input) => input.replace(sdk, ''));
    expect(files.sort()).toEqual([
      'src/collection.js',
      'src/generated/apis/ApplicationApi.js',
      'src/generated/apis/ApplicationSSOPublicKeysApi.js',
      'src/generated/apis/GroupApi.js',
      'src/generated/apis/PolicyApi.js',
      'src/generated/apis/baseapi.js',
      'src/generated/apis/exception.js',
      'src/generated/auth/auth.js',
      'src/generated/configuration.js',
      'src/generated/http/http.js',
      'src/generated/http/isomorphic-fetch.js',
      'src/generated/middleware.js',
      'src/generated/models/ObjectSerializer.js',
      'src/generated/rxjsStub.js',
      'src/generated/servers.js',
      'src/generated/types/ObjectParamAPI.js',
      'src/generated/types/ObservableAPI.js',
      'src/generated/util.js',
      'src/index.js',
    ]);
  });

  it('is small: the SDK as it comes is 4.9 MB', async () => {
    expect(sdkBytes).toBeLessThan(42 * KB);
    expect((await stat(path.join(folder, 'client.js'))).size).toBeLessThan(220 * KB);
  });
});

describe('cutting a generated module', () => {
  const source = `
    exports.A = exports.B = void 0;
    const used_1 = require('./used');
    const unused_1 = require('./unused');
    class A extends used_1.Base {
      constructor(x) { super(x); }
      keep() { return 1; }
      drop() { return unused_1.y; }
    }
    exports.A = A;
    class B { keep() {} }
    exports.B = B;`;

  it('keeps what is named as an ES module, and drops the imports that only the rest used', () => {
    const text = keepMethods(source, { A: ['keep'] }, 'a.js');
    expect(text).toMatch(/^import \* as used_1 from '.\/used';\nexport class A extends used_1\.Base/);
    expect(text).toMatch(/constructor\(x\).*\n.*keep\(\)/);
    expect(text).not.toMatch(/drop|unused|class B|exports/);
  });

  it('fails when the module has more than classes, which would be lost', () => {
    expect(() => keepMethods(`${source}\nstart();`, { A: ['keep'] }, 'a.js')).toThrow(
      /a\.js has more than classes: start\(\)/,
    );
  });

  it.each<[string, Record<string, string[]>, RegExp]>([
    ['class', { C: [] }, /a\.js has no class C/],
    ['method', { A: ['gone'] }, /a\.js: A has no method gone/],
  ])('fails when the %s is no longer there', (_, kept, message) => {
    expect(() => keepMethods(source, kept, 'a.js')).toThrow(message);
  });
});
