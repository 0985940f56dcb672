import { randomUUID } from 'node:crypto';
import type { FunctionResource } from '../assembly/resources';
import type { FunctionUse } from '../meter';
import type { ColdStarts } from './cold-starts';
import { functionCode, type CompiledCode } from './code';
import { startEnvironment, type Environment, type Outcome } from './environment';
import { environmentPool, type Pool } from './pool';
import type { Quota } from './quota';
import type { Sandboxes } from './sandboxes';

/** The start and the end of an invocation. */
export type InvocationEvent =
  | {
      readonly kind: 'start';
      readonly functionName: string;
      readonly requestId: string;
      /** JSON. */
      readonly event: string;
      /** Epoch ms. */
      readonly at: number;
    }
  | {
      readonly kind: 'end';
      readonly functionName: string;
      readonly requestId: string;
      readonly outcome: Outcome;
      readonly durationMs: number;
      /** Epoch ms. */
      readonly at: number;
    };

/** The result of an invocation. `throttled`: no execution was free in time, as Lambda's 429. */
export type Invoked = Outcome | { readonly kind: 'throttled' };

export interface LambdaSpec {
  readonly functions: readonly FunctionResource[];
  readonly variablesOf: (resource: FunctionResource) => Readonly<Record<string, string>>;
  readonly code: CompiledCode;
  readonly sandboxes: Sandboxes;
  readonly coldStarts: ColdStarts;
  readonly quota: Quota;
  readonly onLog: (resource: FunctionResource, line: string) => void;
  readonly onInvocation: (event: InvocationEvent) => void;
}

/** Lambda: environments of functions, started when none is idle, kept, and ended by what ends them on AWS. */
export interface Lambda {
  /** The function of this name, ARN or logical id. @throws Error when there is none */
  find(functionName: string): FunctionResource;
  has(functionName: string): boolean;
  /** Invokes a function and waits for its end; waits for a free execution `waitMs` at most. */
  invoke(functionName: string, event: string, waitMs: number): Promise<Invoked>;
  environments(): readonly Environment[];
  /** Gives a function another bundle, and ends its environments. */
  update(resource: FunctionResource): Promise<void>;
  use(): Record<string, FunctionUse>;
  close(): Promise<void>;
}

const nothing = (): FunctionUse => ({
  invocations: 0,
  coldStarts: 0,
  errors: 0,
  timeouts: 0,
  throttles: 0,
  billedMs: 0,
  gbSeconds: 0,
});

/** Starts Lambda, without environments. */
export function startLambda(spec: LambdaSpec): Lambda {
  const { functions, quota } = spec;
  const byName = byEachName(functions);
  const uses = new Map(functions.map(({ name }) => [name, nothing()]));
  const pools = new Map(functions.map((resource) => [resource.name, poolOf(spec, resource)]));
  let closed = false;

  const find = (functionName: string): FunctionResource => {
    const found = byName.get(functionName) ?? byName.get(functionName.replace(/:\$LATEST$/, ''));
    if (!found) throw new Error(`There is no function ${functionName}`);
    return found;
  };
  const run = async (resource: FunctionResource, event: string): Promise<Invoked> => {
    const about = { functionName: resource.name, requestId: randomUUID() };
    spec.onInvocation({ kind: 'start', ...about, event, at: Date.now() });
    const pool = pools.get(resource.name);
    const environment = await pool?.take();
    if (!pool || !environment) return { kind: 'throttled' };
    const coldStart = environment.fresh;
    const started = performance.now();
    const outcome = await environment.invoke(about.requestId, event);
    pool.release(environment);
    const initMs = coldStart ? environment.initMs : 0;
    const durationMs = initMs + performance.now() - started;
    const use = uses.get(resource.name);
    if (use) bill(use, resource, durationMs, coldStart, outcome);
    spec.onInvocation({ kind: 'end', ...about, outcome, durationMs, at: Date.now() });
    return outcome;
  };
  const environments = () => [...pools.values()].flatMap(({ all }) => [...all]);

  return {
    find,
    has: (functionName) => byName.has(functionName),
    invoke: async (functionName, event, waitMs) => {
      const resource = find(functionName);
      if (!(await quota.acquire(resource.name, waitMs)) || closed) {
        const use = uses.get(resource.name);
        if (use) use.throttles += 1;
        return { kind: 'throttled' };
      }
      try {
        return await run(resource, event);
      } finally {
        quota.release(resource.name);
      }
    },
    environments,
    update: async (resource) => {
      for (const name of namesOf(resource)) byName.set(name, resource);
      const old = pools.get(resource.name);
      pools.set(resource.name, poolOf(spec, resource));
      await old?.close();
    },
    use: () =>
      Object.fromEntries([...uses].map(([name, use]): [string, FunctionUse] => [name, { ...use }])),
    close: async () => {
      closed = true;
      spec.coldStarts.close();
      const ended = [...pools.values()].map((pool) => pool.close());
      await Promise.all([...ended, spec.sandboxes.close()]);
    },
  };
}

/** Functions by their names, ARNs and logical ids. */
const byEachName = (functions: readonly FunctionResource[]): Map<string, FunctionResource> =>
  new Map(
    functions.flatMap((resource) => namesOf(resource).map((name) => [name, resource] as const)),
  );

const namesOf = ({ name, arn, logicalId }: FunctionResource): string[] => [name, arn, logicalId];

function poolOf(spec: LambdaSpec, resource: FunctionResource): Pool {
  const code = functionCode(spec.code, resource.codePath);
  return environmentPool({
    start: (onEnd) =>
      startEnvironment({
        resource,
        variables: spec.variablesOf(resource),
        code,
        sandbox: spec.sandboxes.take(),
        onLine: (line) => {
          spec.onLog(resource, line);
        },
        onEnd,
      }),
    coldStarts: spec.coldStarts,
  });
}

/** Adds an invocation to what its function used. */
function bill(
  use: FunctionUse,
  { memoryMb }: FunctionResource,
  durationMs: number,
  coldStart: boolean,
  outcome: Outcome,
): void {
  const billedMs = Math.ceil(durationMs);
  use.invocations += 1;
  if (coldStart) use.coldStarts += 1;
  if (outcome.kind === 'functionError') use.errors += 1;
  if (outcome.kind === 'functionError' && outcome.reason === 'timedOut') use.timeouts += 1;
  use.billedMs += billedMs;
  use.gbSeconds += (memoryMb / 1_024) * (billedMs / 1_000);
}
