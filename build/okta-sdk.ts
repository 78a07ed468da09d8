import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import type { OktaCalls } from '../src/okta/client.ts';
import { keepMethods } from './keep-methods.ts';

/** The SDK's API that each part of OktaCalls stands for. */
const apis = {
  applications: 'ApplicationApi',
  clientSecrets: 'ApplicationSSOPublicKeysApi',
  groups: 'GroupApi',
  policies: 'PolicyApi',
} satisfies Record<keyof OktaCalls, string>;

/** The calls that stay. The type makes it the very list that src/okta/client.ts has. */
const calls: { [Api in keyof OktaCalls]: Record<keyof OktaCalls[Api], true> } = {
  applications: {
    listApplications: true,
    getApplication: true,
    createApplication: true,
    replaceApplication: true,
    activateApplication: true,
    deactivateApplication: true,
    deleteApplication: true,
    listApplicationGroupAssignments: true,
    assignGroupToApplication: true,
    unassignApplicationFromGroup: true,
    assignApplicationPolicy: true,
    listFederatedClaims: true,
    createFederatedClaim: true,
    replaceFederatedClaim: true,
    deleteFederatedClaim: true,
  },
  clientSecrets: {
    listOAuth2ClientSecrets: true,
    createOAuth2ClientSecret: true,
    deactivateOAuth2ClientSecret: true,
    deleteOAuth2ClientSecret: true,
  },
  groups: { listGroups: true, getGroup: true },
  policies: { listPolicies: true },
};

const parts: (keyof OktaCalls)[] = ['applications', 'clientSecrets', 'groups', 'policies'];
const keptApis = parts.map((part) => ({ api: apis[part], methods: Object.keys(calls[part]) }));

/** Of the package's entry, what src/okta/client.ts asks for. */
const entry = `
import * as apis from './generated/types/ObjectParamAPI';
import { wrapHttpLibrary, ResponseContext } from './generated/http/http';
import { createConfiguration } from './generated/configuration';
import { ServerConfiguration } from './generated/servers';
export default {
  ${keptApis.map(({ api }) => `${api}: apis.Object${api}`).join(',\n  ')},
  wrapHttpLibrary, ResponseContext, createConfiguration, ServerConfiguration,
};`;

/** Bodies pass through as the JSON that they are: no field is lost because a model does not know it. */
const plainJson = `
exports.ObjectSerializer = {
  serialize: (value) => value,
  deserialize: (value) => value,
  stringify: (value) => JSON.stringify(value),
  parse: (text) => (text === '' ? undefined : JSON.parse(text)),
  normalizeMediaType: (type) => type?.split(';')[0].trim().toLowerCase(),
  getPreferredMediaTypeAndEncoding: () => ['application/json', undefined],
};`;

/** The SDK's own way out, which is never taken: every configuration is given an HTTP library. */
const noFetch = `exports.IsomorphicFetchHttpLibrary = class { send() { throw new Error('no HTTP library given'); } };`;

/** The SDK's parser leans on the deprecated url.parse, which warns on every start, and gives null for a long header. */
const linkHeader = `
module.exports = (header) => {
  const next = /<([^>]*)>[^,<]*;\\s*rel="?next"?/.exec(header);
  return next ? { next: { rel: 'next', url: next[1] } } : {};
};`;

const fileOf = (api: string) => `src/generated/apis/${api}.js`;

const apiMethods = keptApis.map(({ api, methods }) => ({
  file: fileOf(api),
  classes: { [`${api}RequestFactory`]: methods, [`${api}ResponseProcessor`]: methods },
}));

const apiFiles = keptApis.map(({ api }) => fileOf(api));
const observables = 'src/generated/types/ObservableAPI.js';

/** What is in the kept methods of some modules for cases that never come about. */
const deadCode = [
  // src/okta/request-executor.ts lets only successes through: what follows reads each of them as JSON or nothing.
  { files: apiFiles, code: /if \(\(0, util_1\.isCodeInRange\)\([^{]*\{[^{}]*\}/g },
  // The same module authenticates the requests.
  { files: apiFiles, code: /let authMethod;.*?(?=return requestContext;)/gs },
  { files: [observables], code: /for \(let middleware of this\.configuration\.middleware\) \{[^{}]*\}/g },
];

/** Whole modules of the SDK, by their path in the package, and what stands in for them. */
const replacedModules: Record<string, string> = {
  'src/index.js': entry,
  'src/generated/models/ObjectSerializer.js': plainJson,
  'src/generated/http/isomorphic-fetch.js': noFetch,
};

/** Modules that keep only some of their classes and methods. */
const cutModules: Record<string, Record<string, string[]>> = {
  'src/generated/types/ObjectParamAPI.js': Object.fromEntries(
    keptApis.map(({ api, methods }) => [`Object${api}`, methods]),
  ),
  [observables]: Object.fromEntries(keptApis.map(({ api, methods }) => [`Observable${api}`, methods])),
  ...Object.fromEntries(apiMethods.map(({ file, classes }) => [file, classes])),
};

/** Packages that the kept modules ask for. */
const replacedPackages: Record<string, string> = { 'parse-link-header': linkHeader };

const PACKAGE = '@okta/okta-sdk-nodejs';
const filter = new RegExp(`node_modules/${PACKAGE}/(?<file>.+)$`);

/** By path: to parse these modules is most of a build's time, and a set-up of tests builds five bundles. */
const cutTexts = new Map<string, Promise<string>>();

function cutOnce(modulePath: string, kept: Record<string, string[]>, file: string): Promise<string> {
  const text =
    cutTexts.get(modulePath) ??
    readFile(modulePath, 'utf8').then((source) => withoutDeadCode(keepMethods(source, kept, file), file));
  cutTexts.set(modulePath, text);
  return text;
}

/** @throws Error when there is no such code any more. */
function withoutDeadCode(text: string, file: string): string {
  return deadCode
    .filter(({ files }) => files.includes(file))
    .reduce((rest, { code }) => {
      const left = rest.replace(code, '');
      if (left === rest) throw new Error(`${file} has no code any more that matches ${code}`);
      return left;
    }, text);
}

/**
 * Cuts Okta's SDK to the calls that are used: as it comes it is 4.9 MB, nearly all of it models and APIs that are
 * never touched, and its models drop the fields that they do not know.
 *
 * It fails the build when it does not find what it replaces, so that a new version of the SDK cannot slip past it.
 */
export function oktaSdk(): Plugin {
  return {
    name: 'okta-sdk',
    setup(build) {
      const expected = new Set(
        [replacedModules, cutModules, replacedPackages].flatMap((targets) => Object.keys(targets)),
      );
      let met = false;

      build.onResolve({ filter: /^[a-z-]+$/ }, ({ path: name, importer }) => {
        if (!filter.test(importer) || !(name in replacedPackages)) return undefined;
        return { path: name, namespace: PACKAGE };
      });
      build.onLoad({ filter: /.*/, namespace: PACKAGE }, ({ path: name }) => {
        expected.delete(name);
        return { contents: replacedPackages[name] ?? '' };
      });
      build.onLoad({ filter }, async (module) => {
        met = true;
        const file = filter.exec(module.path)?.groups?.file ?? '';
        expected.delete(file);
        const replacement = replacedModules[file];
        const cut = cutModules[file];
        if (replacement !== undefined) {
          return { contents: replacement, loader: 'js', resolveDir: path.dirname(module.path) };
        }
        if (cut === undefined) return undefined;
        return { contents: await cutOnce(module.path, cut, file), loader: 'js' };
      });
      build.onEnd(() => {
        if (!met || expected.size === 0) return undefined;
        const text = `${PACKAGE} has changed: the build no longer meets ${[...expected].join(', ')}; bring build/okta-sdk.ts up to date`;
        return { errors: [{ text }] };
      });
    },
  };
}
