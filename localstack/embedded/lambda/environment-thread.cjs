// A Lambda environment: is given a function, loads its code once, then works on one event at a time. Plain CommonJS, so
// that the thread starts without any loader.
'use strict';

const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname } = require('node:path');
const vm = require('node:vm');
const { parentPort } = require('node:worker_threads');

// What a Node runtime has loaded before it is given a function.
require('node:crypto');
require('node:http2');
require('node:https');

// The option below is experimental in Node 20; a warning of it in every environment is of no use to anyone.
const [warn] = process.listeners('warning');
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (!warning.message.includes('USE_MAIN_CONTEXT_DEFAULT_LOADER')) warn?.(warning);
});

/**
 * The script of a bundle, from its compiled form where that is given. Code with an `import()` of its own has none: Node 20
 * forgets how to import for a script that comes from a cache.
 */
function compiled({ codePath, cachedCode }) {
  const source = readFileSync(codePath, 'utf8');
  const wrapped = `(function (exports, require, module, __filename, __dirname) {\n${source}\n})`;
  const imports = /\bimport\s*\(/.test(source);
  return new vm.Script(wrapped, {
    filename: codePath,
    // Positions are those of the bundle, as its source map has them.
    lineOffset: -1,
    ...(imports
      ? { importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER }
      : { cachedData: cachedCode }),
  });
}

function exportsOf(script, codePath) {
  const module = { exports: {} };
  script.runInThisContext()(
    module.exports,
    createRequire(codePath),
    module,
    codePath,
    dirname(codePath),
  );
  return module.exports;
}

function handlerOf(exported, name) {
  if (typeof exported[name] === 'function') return exported[name];
  throw Object.assign(new Error(`index.${name} is undefined or not exported`), {
    name: 'Runtime.HandlerNotFound',
  });
}

const describe = (error) =>
  error instanceof Error || (typeof error === 'object' && error !== null && 'stack' in error)
    ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

function contextOf(identity, { requestId, deadline }) {
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

/** Answers with V8's compiled form of the code, with what it compiled to load it. */
function compile(assignment) {
  const script = compiled(assignment);
  exportsOf(script, assignment.codePath);
  sendCode(script);
}

/** After an event: the one that comes next is not to wait for it. */
const codeAfterMs = 100;

function sendCode(script) {
  const code = script.createCachedData();
  const shared = new Uint8Array(new SharedArrayBuffer(code.length));
  shared.set(code);
  parentPort.postMessage({ kind: 'code', code: shared });
}

function serve({ identity, handlerName, ...assignment }) {
  const script = compiled(assignment);
  const handler = handlerOf(exportsOf(script, assignment.codePath), handlerName);
  parentPort.on('message', async (invocation) => {
    const { requestId, event } = invocation;
    try {
      const result = await handler(JSON.parse(event), contextOf(identity, invocation));
      parentPort.postMessage({ kind: 'result', requestId, payload: written(result) });
    } catch (error) {
      parentPort.postMessage({ kind: 'functionError', requestId, error: describe(error) });
    }
    if (invocation.wantsCode) setTimeout(sendCode, codeAfterMs, script).unref();
  });
  parentPort.postMessage({ kind: 'ready' });
}

// The runtime is up; the first message says what the thread is for.
parentPort.postMessage({ kind: 'up' });
parentPort.once('message', ({ wantsCode, variables, startedAt, ...assignment }) => {
  Object.assign(process.env, variables);
  // An environment on AWS is a process that starts with its function. The clock has one origin in all threads.
  process.uptime = () => (performance.now() - startedAt) / 1_000;
  try {
    if (wantsCode) compile(assignment);
    else serve(assignment);
  } catch (error) {
    parentPort.postMessage({ kind: 'initFailed', error: describe(error) });
  }
});
