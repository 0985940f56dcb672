import { explain } from '../explain';
import type { Backend } from '../ui/backend';
import { pageFiles } from '../ui/page-files';
import { serve, type Served } from '../ui/server';

/**
 * Serves the page of `pollard ui` for the cloud that this process's variables point at. The clients that it looks with are
 * loaded when a browser first asks, so that a run without one does not wait for them.
 * @param port @default - any free one
 */
export async function servePage(port?: number): Promise<Served> {
  let loading: ReturnType<typeof loadBackend> | undefined;
  const closing = new AbortController();
  const loaded = () => (loading ??= loadBackend(closing.signal));
  const backend: Backend = {
    overview: async () => (await loaded()).backend.overview(),
    run: async (pipeline, runId) => (await loaded()).backend.run(pipeline, runId),
    object: async (pipeline, objectId) => (await loaded()).backend.object(pipeline, objectId),
    logs: async (pipeline, runId, objectId) =>
      (await loaded()).backend.logs(pipeline, runId, objectId),
    act: async (action) => (await loaded()).backend.act(action),
  };
  const explainHere = (error: unknown): string | undefined =>
    explain(error, { region: process.env['AWS_REGION'], endpointUrl: undefined });
  const served = await serve({ backend, files: pageFiles, explain: explainHere, port });
  return {
    url: served.url,
    close: async () => {
      closing.abort();
      await served.close();
      (await loading)?.operator.close();
    },
  };
}

async function loadBackend(signal: AbortSignal) {
  const [{ backendOf }, { operatorOf, whereOf }] = await Promise.all([
    import('../ui/backend'),
    import('../pipelines'),
  ]);
  const operator = operatorOf({}, process.env);
  const where = whereOf({}, process.env);
  const backend = backendOf({
    ...{ operator, options: {}, where, readOnly: false, signal },
    now: Date.now,
  });
  return { operator, backend };
}
