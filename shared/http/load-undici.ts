/** The classes of undici that the client uses. */
export type Undici = Awaited<ReturnType<typeof loadUndici>>;

/**
 * Loads what the client uses of undici, at the first request: four of the six functions send none. The index of undici would also bring
 * fetch, WebSocket, caches and mocks, 320 KB of a bundle.
 */
export async function loadUndici() {
  const [{ default: Client }, { default: Pool }, { default: Agent }] = await Promise.all([
    import('undici/lib/dispatcher/client.js'),
    import('undici/lib/dispatcher/pool.js'),
    import('undici/lib/dispatcher/env-http-proxy-agent.js'),
  ]);
  const { default: Dispatcher } = await import('undici/lib/dispatcher/dispatcher.js');
  const { default: methods } = await import('undici/lib/api/index.js');
  // The index does this: `request` is ours, and a connection through a proxy is made by `connect`.
  Object.assign(Dispatcher.prototype, methods);
  return { Client, Pool, Agent };
}
