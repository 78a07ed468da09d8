import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import * as z from 'zod';

interface Replaced {
  /** Beginnings of the names of the clients that ask for the module. */
  readonly clients: string;
  /** The code that stands in for it. */
  readonly by: string;
}

/** Modules of the AWS SDK that do nothing in Lambda. */
const replacedModules: Record<string, Replaced> = {
  // Lambda gives its credentials in environment variables; the other sources are for people and other machines:
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
  '@aws-sdk/credential-provider-node': {
    clients: '@aws-sdk/client-',
    by: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
  },
  // No call of this project streams events, and the SDK needs this only if one does.
  '@smithy/core/event-streams': {
    clients: '@aws-sdk/client-',
    by: `throw new Error('event streams are not part of this build');`,
  },
  // The client sets it up, and none of its calls asks for it.
  '@aws-sdk/middleware-endpoint-discovery': {
    clients: '@aws-sdk/client-dynamodb',
    by: `
      export const resolveEndpointDiscoveryConfig = (config) => config;
      export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = { default: false };`,
  },
};

const versioned = z.object({ version: z.string() });

/** What is cut from files of the generated clients. */
const cuts = [
  // The errors of all calls of a service. Without its class an error has the same name and message, and is of the class
  // that all errors of the service have in common.
  {
    filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/,
    cut: (text: string) => text.replace(/^n\d+_registry\.registerError\(.*\);$/gm, ''),
  },
  // A client reads only its own version there.
  {
    filter: /@aws-sdk\/client-[^/]+\/package\.json$/,
    cut: (text: string) => JSON.stringify(versioned.parse(JSON.parse(text))),
  },
];

const filter = new RegExp(`^(?:${Object.keys(replacedModules).join('|')})$`);
const advice = 'bring build/aws-sdk.ts up to date';

/**
 * Leaves out of the AWS SDK what Lambda never uses, and is not only dead weight: a module that is imported both at once
 * and later (`import()`) costs more to load, with all that it imports, than one that is only imported at once.
 *
 * It fails the build when it does not find what it replaces, so that a new version of the SDK cannot slip past it.
 */
export function awsSdk(): Plugin {
  return {
    name: 'aws-sdk',
    setup(build) {
      const clients = new Set<string>();
      const replaced = new Set<string>();

      build.onResolve({ filter: /^@aws-sdk\/client-/ }, ({ path: name }) => {
        clients.add(name);
        return undefined;
      });
      build.onResolve({ filter }, ({ path: name, resolveDir }) => {
        replaced.add(name);
        return { path: name, namespace: 'aws-sdk', pluginData: resolveDir, sideEffects: false };
      });
      build.onLoad({ filter: /.*/, namespace: 'aws-sdk' }, ({ path: name, pluginData }) => ({
        contents: replacedModules[name]?.by ?? '',
        resolveDir: pluginData,
      }));
      for (const { filter: file, cut } of cuts) {
        build.onLoad({ filter: file }, async ({ path: name }) => {
          const text = await readFile(name, 'utf8');
          const contents = cut(text);
          if (contents === text) return { errors: [{ text: `${name} has changed; ${advice}` }] };
          return { contents, loader: 'default' };
        });
      }
      build.onEnd(() => {
        const missing = Object.entries(replacedModules).filter(
          ([name, { clients: asking }]) =>
            !replaced.has(name) && [...clients].some((client) => client.startsWith(asking)),
        );
        if (missing.length === 0) return undefined;
        const names = missing.map(([name]) => name).join(', ');
        return { errors: [{ text: `the AWS SDK has changed: it no longer asks for ${names}; ${advice}` }] };
      });
    },
  };
}
