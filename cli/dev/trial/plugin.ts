import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import type { Trial } from './trial';

/**
 * Makes an esbuild plugin that puts a collector on trial: the `lambdaHandlers` that its file imports makes handlers of that part
 * of it. Nothing of a trial is in the package's own code, nor in a bundle that is deployed.
 */
export const trialPlugin = (trial: Trial): Plugin => ({
  name: 'trial',
  setup: (build) => {
    // Imported from within the namespace, the package is itself.
    build.onResolve({ filter: /^pollard-aws$/ }, ({ namespace, path, resolveDir }) =>
      namespace === 'trial' ? undefined : { path, namespace: 'trial', pluginData: resolveDir },
    );
    build.onLoad({ filter: /.*/, namespace: 'trial' }, ({ pluginData }) => ({
      contents: moduleOf(trial),
      resolveDir: pluginData as string,
    }));
  },
});

const moduleOf = (trial: Trial): string => `
  import { lambdaHandlers as handlersOf } from 'pollard-aws';
  import { collectorOnTrial } from ${JSON.stringify(join(__dirname, 'collector'))};
  export * from 'pollard-aws';
  export const lambdaHandlers = (collector) =>
    handlersOf(collectorOnTrial(collector, ${JSON.stringify(trial)}));
`;
