import fc from 'fast-check';
import { answerLine } from '../../../../cli/invoke-start';
import { planInput, addPlanOptions, type PlanOptions } from '../../../../cli/plan-options';
import { planLines } from '../../../../cli/plan-lines';
import type { RunDetail } from '../../../../cli/run-detail';
import { detailLines } from '../../../../cli/run-lines';
import { runColumns, runRow } from '../../../../cli/run-view';
import { endLines } from '../../../../cli/summary';
import { ErrorBoard } from '../../../../cli/dev/error-board';
import { failedInvocations } from '../../../../cli/dev/failed-invocations';
import { functionLines } from '../../../../cli/dev/function-lines';
import { summaryOf } from '../../../../cli/dev/summary';
import { noCounts } from '../../../../shared/core/run';
import { parseSettings } from '../../../../shared/environment';
import { plan } from '../../../../cli/plan/plan';
import { outputOn } from '../../../../cli/terminal/output';
import { paintFor } from '../../../../cli/terminal/paint';
import { screenOn } from '../../../../cli/terminal/screen';
import { tableOf } from '../../../../cli/terminal/table';
import { Command } from 'commander';
import { outcomeWith } from '../dev/outcomes';
import { isUnsafe, poison, sink, withoutOurSequences } from '../../../support/poison';

const counts = { ...noCounts, listed: 9, saved: 5, failed: 3, pending: 1, unlistedPages: 1 };

const detail = (text: string): RunDetail => ({
  ...{ runId: text, status: 'FAILED', reason: text as 'deadline', trigger: 'redrive' },
  ...{ scheduledTime: '2026-03-01T12:00:00.000Z', startedAt: '2026-03-01T12:00:01.000Z' },
  ...{ completedAt: '2026-03-01T12:01:00.000Z', deadline: '2026-03-01T18:00:00.000Z' },
  ...{ seconds: 59, pages: 2, counts, listing: null, callbackOf: null, totals: { [text]: 7 } },
  ...{ gbSeconds: { object: 3, page: 1 }, costUsd: 0.01 },
  cost: { orchestration: 0, waiting: 0.01, records: 0, total: 0.01 },
  ...{ redriveOf: text, redrivenBy: text, objectsPerSecond: 3, generation: 1, lastWalk: null },
  failures: [{ error: text, count: 3, examples: [text, 'a'] }],
  failuresRead: 3,
  retrying: [
    {
      ...{ error: text, fetcher: text, objects: 2, examples: [text], attempt: 3 },
      at: '2026-03-01T12:00:02.000Z',
    },
  ],
  sourceCalls: { made: 9, refused: 1 },
  source: {
    ...{ perKey: true, limit: 'learned', limitPerSecond: null, ratePerSecond: null },
    closed: [
      {
        ...{ key: text, why: 'refused', by: text },
        ...{ since: '2026-03-01T12:00:01.000Z', until: '2026-03-01T12:00:02.000Z' },
      },
    ],
  },
  callbackError: text,
  pending: { pages: 1, examples: [{ page: 1, objects: 1 }] },
  queues: { [text]: { waiting: 1, delayed: 0, inFlight: 0 } },
  settings: { ...parseSettings({}), attempts: 5, maxPages: 10_000, distinct: 'page' },
  next: [`see ${text}`],
});

const planned = planInput(
  addPlanOptions(new Command()).parse([], { from: 'user' }).opts<PlanOptions>(),
);
const thePlan = plan(planned);

/** Everything that shows a person what came from elsewhere. */
function showAll(text: string, colours: boolean): string {
  const stream = sink({ isTTY: true, columns: 1_000 });
  const out = outputOn(stream);
  const paint = paintFor(colours);
  const screen = screenOn(out, paint);
  const view = detail(text);
  const failures = [{ error: text, count: 1, examples: [text] }];
  out.lines(
    summaryOf(outcomeWith({ runId: text, totals: { [text]: 1n }, failures, counts }), paint),
  );
  out.lines(detailLines(view, paint, 0));
  out.lines(endLines(view, paint));
  out.lines(tableOf(runColumns, [runRow(view, paint), runRow(detail('a'), paint)], paint));
  out.line(answerLine({ outcome: 'skipped', runId: text, reason: text }));
  out.lines(planLines(thePlan, planned, { paint, out }, text));
  const say = (line: string): void => {
    screen.say(line);
  };
  const lines = functionLines({
    ...{ say, paint, verbosity: 'verbose', errors: new ErrorBoard(), now: () => 0 },
  });
  const fields = { service: text, message: text };
  const failed = { level: 'ERROR', error: text, stack: [text] };
  for (const own of [
    { by: 'collector', level: 'INFO' },
    failed,
    { ...failed, call: text, kind: text },
  ]) {
    lines.show(
      text,
      JSON.stringify({ ...fields, ...own, objectId: 'call' in own ? text : undefined }),
      text,
    );
  }
  lines.show(text, text, text);
  failedInvocations(say, paint)('object', { errorMessage: text, errorType: text, trace: [text] });
  for (const terminal of [out, outputOn({ ...stream, isTTY: false })]) {
    screenOn(terminal, paint).show({
      ...{ runId: text, pages: 2, pagesDone: 1, counts },
      ...{ elapsedSeconds: 9, ratePerSecond: 1, errors: [{ label: text, objects: 1 }] },
    });
  }
  return stream.text;
}

it.each([
  ['without colours', false],
  ['in colours', true],
])(
  'nothing that came from elsewhere reaches a terminal as a control character, %s',
  (_, colours) => {
    fc.assert(
      fc.property(poison, (text) => {
        const shown = showAll(text, colours);
        expect(isUnsafe(colours ? withoutOurSequences(shown) : shown)).toBe(false);
      }),
      { numRuns: 60 },
    );
  },
);

it('a colour that came from elsewhere is shown, where ours are colours', () => {
  const [text, harmless] = ['\u001b[32m', '\\u001b[32m'];
  expect(showAll(text, true)).toBe(showAll(harmless, true));
});

it('every error and id keeps to its line', () => {
  const linesOf = (text: string): number => showAll(text, false).split('\n').length;
  expect(linesOf('a\nb\r\nc\u2028d\u0085e')).toBe(linesOf('a'));
});
