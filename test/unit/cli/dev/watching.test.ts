import { collectorNames } from '../../../../cli/dev/collectors';
import { InvocationWatch, type FunctionError, type Start } from '../../../../cli/dev/invocations';
import { pipelineOf } from '../../../../cli/dev/published';
import { publishedQueues, type Published } from '../../../../shared/published';
import { Rate } from '../../../../cli/terminal/rate';
import { RunClock } from '../../../../cli/dev/run-times';
import { usageBetween } from '../../../../cli/dev/usage';
import type { InvocationEvent } from '../../../../localstack/embedded/lambda/lambda';
import type { FunctionUse, MeterSnapshot } from '../../../../localstack/embedded/meter';
import { functionNames, parseSettings } from '../../../../shared/environment';

const named = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, `${name}-1`])) as Record<Name, string>;

const published: Published = {
  pipeline: 'Pollard/Resources',
  collector: 'resources',
  settings: parseSettings({}),
  tables: { control: 'control-1', record: 'record-1' },
  queues: named(publishedQueues),
  functions: named(functionNames),
};

describe('what a stack publishes', () => {
  it('tells the pipeline of a collector', () => {
    const others = { ...published, pipeline: 'Pollard/Other', collector: 'other' };
    expect(pipelineOf('resources', [others, published])).toEqual(published);
    expect(() => pipelineOf('resources', [others])).toThrow(
      'no pipeline of the collector resources: it has other',
    );
  });

  it('tells the only pipeline where no collector is named, and asks which where there are several', () => {
    const values = ['resources', 'other'].map((collector) => ({ ...published, collector }));
    expect(pipelineOf(undefined, values.slice(0, 1))).toEqual(published);
    expect(() => pipelineOf(undefined, values)).toThrow(
      'choose one with --collector: resources, other',
    );
    expect(() => pipelineOf(undefined, [])).toThrow('The app has no CollectorPipeline');
  });

  it('is of collectors that are files of their own', () => {
    expect(collectorNames()).toContain('resources');
    expect(collectorNames()).not.toContain('resources.test');
  });
});

describe('the clock of a run', () => {
  const line = (fields: object) => JSON.stringify({ level: 'INFO', ...fields });

  it('tells how often onComplete ran, and how long after the last object', () => {
    const clock = new RunClock();
    clock.read(line({ message: 'Last object settled', runId: 'r', settlingAt: 1_000 }));
    clock.read(line({ message: 'Calling onComplete', runId: 'r', at: 1_043 }));
    clock.read(line({ message: 'Calling onComplete', runId: 'r', at: 9_000 }));
    expect(clock.timesOf('r')).toEqual({ callbacks: 2, joinTailMs: 43 });
  });

  it('passes over whatever else functions write', () => {
    const clock = new RunClock();
    for (const text of ['', 'Calling onComplete', '{"message":"Calling onComplete"}', '{']) {
      clock.read(text);
    }
    expect(clock.timesOf('r')).toEqual({ callbacks: 0, joinTailMs: undefined });
  });
});

describe('the watch on invocations', () => {
  const about = { durationMs: 1, event: '{}' };
  const begin = (name: string, at: number): InvocationEvent => ({
    ...{ kind: 'start', functionName: `${name}-1`, requestId: name, at, ...about },
  });
  const end = (name: string, at: number, outcome: unknown): InvocationEvent =>
    ({
      kind: 'end',
      functionName: `${name}-1`,
      requestId: name,
      at,
      outcome,
      ...about,
    }) as InvocationEvent;

  function watch() {
    const told: (Start | string)[] = [];
    const listener = {
      onStart: (start: Start) => told.push(start),
      onFailure: (name: string, { errorMessage }: FunctionError) =>
        told.push(`${name}: ${errorMessage}`),
    };
    return { told, watch: new InvocationWatch(published, listener) };
  }

  it('tells what each start came to, and when it was invoked', () => {
    const { told, watch: it } = watch();
    const answer = { runId: 'r', outcome: 'started' };
    it.read(begin('start', 5));
    it.read(end('start', 9, { kind: 'result', payload: JSON.stringify(answer) }));
    expect(told).toEqual([{ invokedAt: 5, answer }]);
  });

  it('knows when the callback is at work, and when it was', async () => {
    const { watch: it } = watch();
    it.read(begin('callback', 5));
    expect(it.inCallback).toBe(true);
    const ended = it.nextCallbackEnd();
    it.read(end('callback', 9, { kind: 'result', payload: 'null' }));
    await ended;
    expect([it.inCallback, it.callbackEndedAt]).toEqual([false, 9]);
  });

  it('tells of failures, not of other pipelines', () => {
    const { told, watch: it } = watch();
    const failed = { kind: 'functionError', reason: 'threw', payload: '{"errorMessage":"why"}' };
    it.read(end('object', 9, failed));
    it.read(end('stranger', 9, failed));
    expect(told).toEqual(['object: why']);
  });
});

describe('what a run used', () => {
  const use = (invocations: number): FunctionUse => ({
    ...{ invocations, gbSeconds: invocations * 2, billedMs: 0 },
    ...{ coldStarts: 0, errors: 0, timeouts: 0, throttles: 0 },
  });
  const snapshot = (times: number): MeterSnapshot => ({
    requests: {
      sqs: { ReceiveMessage: 10 * times, SendMessage: 1 },
      dynamodb: { GetItem: 20 * times },
      ...{ lambda: {}, ssm: {}, secretsmanager: {}, events: { PutEvents: times } },
    },
    billedSqsRequests: 10 * times + 1,
    functions: { 'object-1': use(times), 'stranger-1': use(times) },
    writeUnits: { 'control-1': 3 * times, 'record-1': 5 * times, stranger: times },
    readUnits: { 'control-1': 7 * times },
    storedBytes: { tables: {}, messages: 0 },
  });

  it('is what the meter rose by, the looks at it apart', () => {
    expect(usageBetween(snapshot(1), snapshot(3), published, { reads: 4 })).toEqual({
      sqs: { ReceiveMessage: 20 },
      dynamodb: { GetItem: 36 },
      lambda: { object: { invocations: 2, gbSeconds: 4 } },
      writeUnits: { control: 6, records: 10 },
      billedSqsRequests: 20,
      events: 2,
      readUnits: 10,
    });
  });
});

describe('a rate', () => {
  it('is that of the last seconds', () => {
    const rate = new Rate();
    expect(rate.of(0, 0)).toBe(0);
    expect(rate.of(100, 1)).toBe(100);
    for (let at = 2; at <= 10; at += 1) rate.of(100, at);
    expect(rate.of(400, 11)).toBe(100);
  });
});
