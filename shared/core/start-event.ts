import * as v from 'valibot';
import { sizeFault } from './check-json';
import { InvalidInputError } from './errors';
import type { JsonValue } from './json';
import { limits } from './limits';
import type { RunRequest } from './run';
import { latestTime, parseTime } from './time';
import { describeIssues } from './validate';

const time = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseTime(dataset.value);
    if (parsed.kind === 'time') return parsed.at;
    addIssue({ message: `expected ${parsed.expected}` });
    return NEVER;
  }),
);
const runId = v.pipe(v.string(), v.minLength(1), v.maxBytes(512));

const startEventSchema = v.strictObject({
  scheduledTime: v.optional(time),
  manual: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.manual))),
  input: v.optional(v.unknown()),
  trigger: v.optional(v.picklist(['backfill', 'followUp'])),
  redriveOf: v.optional(runId),
  cancel: v.optional(runId),
});

/** What the start function is asked to do. */
export type StartCommand =
  | { readonly kind: 'cancel'; readonly runId: string }
  | {
      readonly kind: 'start';
      readonly request: RunRequest;
      /** A tick of the schedule, without an input: only such a one is bound by `catchUpWindow`. */
      readonly plainTick: boolean;
    };

/**
 * Reads the start function's event: `{ scheduledTime?, manual?, input?, redriveOf?, trigger?, cancel? }`. A scheduled
 * time alone is a tick, unless `trigger` says what else it is; an empty event is a manual start now.
 * @param now epoch milliseconds
 * @throws InvalidInputError naming each key that is unknown or wrong
 */
export function parseStartEvent(event: unknown, collector: string, now: number): StartCommand {
  if (Array.isArray(event)) throw new InvalidInputError('Event: expected an object, got a list');
  const parsed = v.safeParse(startEventSchema, fillIn(event ?? {}, now));
  if (!parsed.success) throw new InvalidInputError(`Event: ${describeIssues(parsed.issues)}`);
  const { scheduledTime, cancel } = parsed.output;
  const others = Object.values(parsed.output).filter((value) => value !== undefined).length;
  if (cancel !== undefined) {
    if (others > 1) throw new InvalidInputError('Event: cancel: expected to be alone');
    return { kind: 'cancel', runId: cancel };
  }
  checkTrigger(parsed.output);
  const at = new Date(scheduledTime ?? now).toISOString();
  if (at > latestTime(now)) {
    const clock = new Date(now).toISOString();
    throw new InvalidInputError(
      `Event: scheduledTime: expected a time at most ${limits.aheadSeconds} s ahead of the clock (${clock}), got ${at}`,
    );
  }
  const input = checkInput(parsed.output.input);
  const request: RunRequest = {
    scheduledTime: at,
    ...(input === undefined ? {} : { input }),
    ...kindOfRun(`${collector}@${at}`, parsed.output),
  };
  return {
    kind: 'start',
    plainTick: request.trigger === 'tick' && input === undefined,
    request,
  };
}

type StartEvent = v.InferOutput<typeof startEventSchema>;

function checkTrigger({ trigger, scheduledTime, manual, redriveOf }: StartEvent): void {
  if (trigger === undefined) return;
  if (scheduledTime !== undefined && manual === undefined && redriveOf === undefined) return;
  throw new InvalidInputError(
    'Event: trigger: expected with a scheduledTime, and without manual and redriveOf',
  );
}

/** Returns what starts a run, and its id: that of its tick, with a number behind it where a person asks for it. */
function kindOfRun(
  tick: string,
  { scheduledTime, manual, redriveOf, trigger }: StartEvent,
): Pick<RunRequest, 'runId' | 'trigger' | 'redriveOf'> {
  const number = String(manual ?? 1);
  if (redriveOf !== undefined)
    return { runId: `${tick}~r${number}`, trigger: 'redrive', redriveOf };
  if (manual === undefined && scheduledTime !== undefined) {
    return { runId: tick, trigger: trigger ?? 'tick' };
  }
  return { runId: `${tick}~m${number}`, trigger: 'manual' };
}

/** What stands in the input of the schedule, for EventBridge Scheduler to put the time there. */
const unfilledTime = '<aws.scheduler.scheduled-time>';

/** An emulator may fire a schedule and put no time there: the tick is then of the minute in which it came. */
function fillIn(event: unknown, now: number): unknown {
  const { scheduledTime } = event as { readonly scheduledTime?: unknown };
  if (scheduledTime !== unfilledTime) return event;
  return { ...(event as object), scheduledTime: new Date(now - (now % 60_000)).toISOString() };
}

function checkInput(input: unknown): JsonValue | undefined {
  if (input === undefined) return undefined;
  const fault = sizeFault(input, limits.inputBytes);
  if (fault !== undefined) throw new InvalidInputError(`Event: input: ${fault}`);
  return input as JsonValue;
}
