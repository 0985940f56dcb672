import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'undici';

/** A message of the Chrome DevTools Protocol. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
}

/** A place in a source file; lines are from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  /** A text that the bundle has only there. */
  readonly text: string;
}

/** A stop at a breakpoint. */
export interface Stop {
  /** The value of an expression there. */
  evaluate(expression: string): Promise<unknown>;
  resume(): Promise<void>;
}

/** A debugger, as far as a test needs one: it finds threads and source maps as those of editors do. */
export interface TestDebugger {
  /** Stops at a line of a source file in each thread. @returns the next stop there */
  stopAt(place: Place): Promise<Stop>;
  close(): void;
}

/** Connects to a Node process that waits for a debugger, which goes on when the first breakpoint is wanted. */
export async function connectDebugger(url: string): Promise<TestDebugger> {
  const socket = new WebSocket(url);
  const process = client((text) => {
    socket.send(text);
  });
  socket.addEventListener('message', ({ data }) => {
    process.receive(JSON.parse(String(data)) as Message);
  });
  await once(socket, 'open');
  return {
    stopAt: async (place) => {
      const stopped = new Promise<Stop>((resolveStop) => {
        process.on('NodeWorker.attachedToWorker', ({ sessionId }) => {
          const worker = client((message) => {
            void process.call('NodeWorker.sendMessageToWorker', { sessionId, message });
          });
          process.on('NodeWorker.receivedMessageFromWorker', (params) => {
            if (params['sessionId'] !== sessionId) return;
            worker.receive(JSON.parse(String(params['message'])) as Message);
          });
          void watch(worker, place, resolveStop);
        });
      });
      await process.call('NodeWorker.enable', { waitForDebuggerOnStart: true });
      await process.call('Runtime.runIfWaitingForDebugger', {});
      return stopped;
    },
    close: () => {
      socket.close();
    },
  };
}

/** Sets the breakpoint before the bundle runs, as editors do, and tells of the stop. */
async function watch(worker: Client, place: Place, stopped: (stop: Stop) => void): Promise<void> {
  const bundles = new Map<unknown, string>();
  worker.on('Debugger.scriptParsed', ({ url, sourceMapURL, scriptId }) => {
    // The bundle, and none of Node's own scripts or those of packages, whose maps are elsewhere.
    if (sourceMapURL === 'index.js.map') bundles.set(scriptId, fileURLToPath(String(url)));
  });
  worker.on('Debugger.paused', ({ callFrames, hitBreakpoints, reason, data }) => {
    const [frame] = callFrames as readonly { readonly callFrameId: string }[];
    if (reason === 'instrumentation') {
      const { scriptId } = data as { readonly scriptId: string };
      const bundle = bundles.get(scriptId);
      const location = bundle === undefined ? undefined : locate(bundle, place);
      const at = { location: { scriptId, ...location } };
      if (location) void worker.call('Debugger.setBreakpoint', at);
    }
    // A thread that waits for a debugger stops at its first statement, too.
    if ((hitBreakpoints as readonly string[]).length === 0 || reason === 'instrumentation') {
      void worker.call('Debugger.resume', {});
      return;
    }
    stopped({
      evaluate: async (expression) => {
        const asked = { callFrameId: frame?.callFrameId, expression, returnByValue: true };
        const { result } = await worker.call('Debugger.evaluateOnCallFrame', asked);
        return (result as { readonly value: unknown }).value;
      },
      resume: async () => {
        await worker.call('Debugger.resume', {});
      },
    });
  });
  await worker.call('Debugger.enable', {});
  const instrumentation = 'beforeScriptWithSourceMapExecution';
  await worker.call('Debugger.setInstrumentationBreakpoint', { instrumentation });
  await worker.call('Runtime.runIfWaitingForDebugger', {});
}

/** Finds the place of a source file in a bundle, by the source map next to it. */
function locate(bundle: string, { file, line, text }: Place) {
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as SourceMapPayload);
  for (const [lineNumber, bundled] of readFileSync(bundle, 'utf8').split('\n').entries()) {
    for (let at = bundled.indexOf(text); at >= 0; at = bundled.indexOf(text, at + 1)) {
      const entry = map.findEntry(lineNumber, at);
      if (!('originalSource' in entry) || entry.originalLine + 1 !== line) continue;
      if (resolve(dirname(bundle), entry.originalSource) === file) {
        return { lineNumber, columnNumber: entry.generatedColumn };
      }
    }
  }
  return undefined;
}

type Client = ReturnType<typeof client>;

function client(send: (text: string) => void) {
  const answers = new Map<number, (result: Record<string, unknown>) => void>();
  const listeners = new Map<string, ((params: Readonly<Record<string, unknown>>) => void)[]>();
  let calls = 0;
  return {
    call: (method: string, params: object): Promise<Record<string, unknown>> =>
      new Promise((resolveCall) => {
        calls += 1;
        answers.set(calls, resolveCall);
        send(JSON.stringify({ id: calls, method, params }));
      }),
    on: (method: string, listener: (params: Readonly<Record<string, unknown>>) => void): void => {
      listeners.set(method, [...(listeners.get(method) ?? []), listener]);
    },
    receive: ({ id, method, params = {}, result = {} }: Message): void => {
      if (id !== undefined) answers.get(id)?.(result);
      else for (const listener of listeners.get(method ?? '') ?? []) listener(params);
    },
  };
}
