import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import type { Trial } from './trial';

/**
 * Makes an esbuild plugin that runs a collector as the trial says: it replaces the `lambdaHandlers` that the collector's file
 * imports. A bundle that is deployed has no code of trials.
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
