import { lineLogger } from '../../../shared/aws/telemetry/log';
import { pipelineMetrics } from '../../../shared/aws/telemetry/metrics';
import { runCompletedEntry } from '../../../shared/aws/events';
import { noCounts, type Run } from '../../../shared/core/run';
import { parseSettings } from '../../../shared/environment';

/** What `work` writes to the standard output, as lines of JSON. */
function written(work: () => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  try {
    work();
  } finally {
    spy.mockRestore();
  }
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the logger', () => {
  it('writes one line of JSON with its data beside the message', () => {
    const lines = written(() => {
      const logger = lineLogger('Stack/Resources', 'page');
      logger.info('Page listed', { runId: 'r', page: 3 });
      logger.debug('not written by default');
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'INFO',
      message: 'Page listed',
      service: 'Stack/Resources',
      function: 'page',
      runId: 'r',
      page: 3,
    });
  });
});

describe('the metrics', () => {
  it('are one line an invocation, of one dimension', () => {
    const metrics = pipelineMetrics('Stack/Resources');
    const lines = written(() => {
      metrics.count('ObjectsSaved', 2);
      metrics.count('ObjectsSaved', 3);
      metrics.count('ObjectsFailed', 0);
      metrics.count('Paused', 0);
      metrics.flush();
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ ObjectsSaved: 5, Paused: 0, pipeline: 'Stack/Resources' });
    expect(lines[0]).not.toHaveProperty('ObjectsFailed');
    expect(lines[0]?.['_aws']).toMatchObject({
      CloudWatchMetrics: [
        {
          Namespace: 'Pollard',
          Dimensions: [['pipeline']],
          Metrics: expect.arrayContaining([{ Name: 'ObjectsSaved', Unit: 'Count' }]) as unknown,
        },
      ],
    });
  });

  it('start anew with each invocation, and write nothing of nothing', () => {
    const metrics = pipelineMetrics('Stack/Resources');
    const lines = written(() => {
      metrics.count('RunDuration', 12.5);
      metrics.flush();
      metrics.flush();
      metrics.count('ObjectsSaved', 1);
      metrics.flush();
    });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ ObjectsSaved: 1, pipeline: 'Stack/Resources' });
    expect(lines[1]).not.toHaveProperty('RunDuration');
  });
});

describe('the metrics where Lambda drops lines of INFO', () => {
  const linesAt = (logLevel: string | undefined) =>
    written(() => {
      const metrics = pipelineMetrics('Stack/Resources', logLevel);
      for (const _ of [1, 2]) {
        metrics.count('ObjectsSaved', 1);
        metrics.flush();
      }
    });

  it.each(['WARN', 'ERROR', 'FATAL'])('have the level %s in each line, which passes', (level) => {
    expect(linesAt(level)).toMatchObject([
      { level, ObjectsSaved: 1 },
      { level, ObjectsSaved: 1 },
    ]);
  });

  it.each([undefined, 'INFO', 'DEBUG', 'TRACE'])('have no level where it is %s', (level) => {
    for (const line of linesAt(level)) expect(line).not.toHaveProperty('level');
  });
});

describe('the event of a run that has ended', () => {
  it('says what the run came to', () => {
    const run: Run = {
      runId: 'c@t',
      scheduledTime: 't',
      trigger: 'tick',
      collector: 'c',
      status: 'SUCCEEDED',
      reason: 'done',
      generation: 0,
      v: 1,
      startedAt: 0,
      deadline: 2,
      completedAt: 1_000,
      result: { counts: { ...noCounts, saved: 1 }, totals: { cents: 3n } },
      settings: { ...parseSettings({}), attempts: 5, maxPages: 1, distinct: 'page' },
    };
    const { Detail, ...entry } = runCompletedEntry('bus', 'Stack/Resources', run);
    expect(entry).toEqual({
      EventBusName: 'bus',
      Source: 'pollard',
      DetailType: 'RunCompleted',
    });
    expect(JSON.parse(Detail)).toMatchObject({ runId: 'c@t', status: 'SUCCEEDED' });
  });
});
