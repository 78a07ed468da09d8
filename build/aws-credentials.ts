import type { Plugin } from 'esbuild';

/** Sources of credentials for people and other machines, by package, with the function that the SDK takes from each. */
const sources: Record<string, string> = {
  '@aws-sdk/credential-provider-sso': 'fromSSO',
  '@aws-sdk/credential-provider-ini': 'fromIni',
  '@aws-sdk/credential-provider-process': 'fromProcess',
  '@aws-sdk/credential-provider-web-identity': 'fromTokenFile',
};

/**
 * Leaves out the sources of AWS credentials that do not exist in Lambda, which gives them in environment variables:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 * Each says so in the SDK's own way, so that its chain goes on to the next.
 */
export function awsCredentials(): Plugin {
  return {
    name: 'aws-credentials',
    setup(build) {
      const expected = new Set(Object.keys(sources));
      let met = false;

      build.onResolve({ filter: /^@aws-sdk\/credential-provider-/ }, ({ path: name, importer }) => {
        if (!(name in sources)) return undefined;
        met ||= importer.includes('credential-provider-node');
        expected.delete(name);
        return { path: name, namespace: 'aws-credentials', sideEffects: false };
      });
      build.onLoad({ filter: /.*/, namespace: 'aws-credentials' }, ({ path: name }) => ({
        contents: `
          export const ${sources[name]} = () => async () => {
            throw Object.assign(new Error('${name} is not part of this build'), { tryNextLink: true });
          };`,
      }));
      build.onEnd(() => {
        if (!met || expected.size === 0) return undefined;
        const text = `the AWS SDK has changed: it no longer asks for ${[...expected].join(', ')}; bring build/aws-credentials.ts up to date`;
        return { errors: [{ text }] };
      });
    },
  };
}
