// A Lambda environment: loads the function's code once, then works on one event at a time. Plain CommonJS, so that the
// thread starts without any loader.
'use strict';

const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname } = require('node:path');
const vm = require('node:vm');
const { parentPort, workerData } = require('node:worker_threads');

const { codePath, handlerName, cachedCode, wantsCode, identity } = workerData;

// The option below is experimental in Node 20; a warning of it in every environment is of no use to anyone.
const [warn] = process.listeners('warning');
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (!warning.message.includes('USE_MAIN_CONTEXT_DEFAULT_LOADER')) warn?.(warning);
});

function load() {
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${readFileSync(codePath, 'utf8')}\n})`;
  const script = new vm.Script(wrapped, {
    filename: codePath,
    ...(cachedCode && { cachedData: cachedCode }),
    importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  script.runInThisContext()(
    module.exports,
    createRequire(codePath),
    module,
    codePath,
    dirname(codePath),
  );
  const handler = module.exports[handlerName];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`index.${handlerName} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return { handler, script };
}

const describe = (error) =>
  error instanceof Error || (typeof error === 'object' && error !== null && 'stack' in error)
    ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

function contextOf({ requestId, deadline }) {
  return {
    ...identity,
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

function written(result) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (cause) {
    throw Object.assign(new Error('Unable to stringify response body', { cause }), {
      name: 'Runtime.MarshalError',
    });
  }
}

let loaded;
try {
  loaded = load();
} catch (error) {
  parentPort.postMessage({ kind: 'initFailed', error: describe(error) });
}
if (loaded && wantsCode) {
  const code = loaded.script.createCachedData();
  const shared = new Uint8Array(new SharedArrayBuffer(code.length));
  shared.set(code);
  parentPort.postMessage({ kind: 'code', code: shared });
} else if (loaded) {
  const { handler } = loaded;
  parentPort.on('message', async (invocation) => {
    const { requestId, event } = invocation;
    try {
      const result = await handler(JSON.parse(event), contextOf(invocation));
      parentPort.postMessage({ kind: 'result', requestId, payload: written(result) });
    } catch (error) {
      parentPort.postMessage({ kind: 'functionError', requestId, error: describe(error) });
    }
  });
  parentPort.postMessage({ kind: 'ready' });
}
