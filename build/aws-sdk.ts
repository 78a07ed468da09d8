import type { Plugin } from 'esbuild';

/** Modules of the AWS SDK that do nothing in Lambda, and what stands in for them. */
const replacedModules: Record<string, string> = {
  // Lambda gives its credentials in environment variables; the other sources are for people and other machines:
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
  '@aws-sdk/credential-provider-node': `
    export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
  // No call of this project streams events, and the SDK needs this only if one does.
  '@smithy/core/event-streams': `
    throw new Error('event streams are not part of this build');`,
};

const filter = new RegExp(`^(?:${Object.keys(replacedModules).join('|')})$`);

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
      const expected = new Set(Object.keys(replacedModules));
      let met = false;

      build.onResolve({ filter: /^@aws-sdk\/client-/ }, () => {
        met = true;
        return undefined;
      });
      build.onResolve({ filter }, ({ path: name, resolveDir }) => {
        expected.delete(name);
        return { path: name, namespace: 'aws-sdk', pluginData: resolveDir, sideEffects: false };
      });
      build.onLoad({ filter: /.*/, namespace: 'aws-sdk' }, ({ path: name, pluginData }) => ({
        contents: replacedModules[name] ?? '',
        resolveDir: pluginData,
      }));
      build.onEnd(() => {
        if (!met || expected.size === 0) return undefined;
        const text = `the AWS SDK has changed: it no longer asks for ${[...expected].join(', ')}; bring build/aws-sdk.ts up to date`;
        return { errors: [{ text }] };
      });
    },
  };
}
