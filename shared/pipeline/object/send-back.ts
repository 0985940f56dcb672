import { describeValue } from '../../core/describe-error';
import { groupBy } from '../../core/lists';
import { dueTogether } from '../../core/retry';
import type { Member, RetryOutcome } from '../../core/object-outcome';
import { holdFor } from '../../core/pacing';
import type { Redact } from '../../core/plain-json';
import { messagesOf } from '../../core/task';
import { messageSizeOf } from '../governor/message-size';
import { objectsTask, type OutgoingObjects } from './objects-task';
import { noteRetries } from '../note-retries';
import type { Pipeline } from '../pipeline';
import { sendObjects } from './send-objects';
import type { Group, MemberWithOutcome } from './save-collected';

type Retry = MemberWithOutcome & { readonly outcome: RetryOutcome };

const idOf = ({ objectId }: Member): string => objectId;

const isRetry = (done: MemberWithOutcome): done is Retry => done.outcome.kind === 'retry';

/** The warning of a wait that a collector gave and that is none. It is given for the first refusal of those in a row. */
export const ignoredWaitMessage = (told: unknown, redact: Redact): string =>
  "RateLimitedError.retryAfterSeconds is ignored: expected seconds, 0 or more, within the run's deadline, " +
  `got ${typeof told} ${describeValue(told, redact)}; the wait grows from 1 to 60 s instead`;

/** A member that is sent to wait for its next try, and how long. */
export interface WaitingMember extends Member {
  readonly delaySeconds: number;
}

/** Notes and sends what needs another try as new, smaller messages. */
export async function sendBack(
  pipeline: Pipeline,
  group: Group,
  done: readonly MemberWithOutcome[],
): Promise<void> {
  const retries = done.filter(isRetry);
  if (retries.length === 0) return;
  const waiting = retries.map(
    ({ member, outcome: { attempt, refusals, delaySeconds, place } }) => ({
      ...member,
      attempt,
      refusals,
      delaySeconds,
      place,
    }),
  );
  await noteUsed(pipeline, group, retries);
  await sendObjects(pipeline, group.run, waitingTasks(pipeline, group, waiting));
}

/** An attempt that was used and a wait that the source asked for are kept; our own short waits need no note. */
async function noteUsed(
  pipeline: Pipeline,
  group: Group,
  retries: readonly Retry[],
): Promise<void> {
  const noted = retries.filter(({ outcome: { why } }) => why === 'error' || why === 'rateLimited');
  const last = noted.at(-1);
  if (!last) return;
  const retried = noted.map(({ member: { index }, outcome }) => ({ index, ...outcome }));
  const { error: text, fetcher } = last.outcome;
  await noteRetries(pipeline, group, retried, { text, fetcher, attempt: last.member.attempt });
}

/** Where members go back to. */
type Origin = Pick<Group, 'run' | 'page' | 'generation'> &
  Partial<Pick<Group, 'isolated' | 'pageSize' | 'dataKey'>>;

/** The messages of members that wait: those that are due at about the same time go together. */
export function waitingTasks(
  pipeline: Pipeline,
  { run, page, generation, pageSize, dataKey, isolated = false }: Origin,
  waiting: readonly WaitingMember[],
): OutgoingObjects[] {
  const byTry = groupBy(
    waiting,
    ({ attempt, refusals = 0, place }) => `${attempt} ${refusals} ${String(place !== undefined)}`,
  );
  return [...byTry.values()]
    .flatMap((alike) => dueTogether(alike, ({ delaySeconds }) => delaySeconds))
    .flatMap((due) => messagesOf(due, messageSizeOf(run.settings, due[0]?.place), idOf))
    .map((chunk) => {
      const { attempt = 1, refusals = 0, place } = chunk[0] ?? {};
      return objectsTask(
        {
          runId: run.runId,
          generation,
          page,
          attempt,
          pageSize,
          dataKey,
          ...(refusals > 0 ? { refusals } : {}),
          ...(place === undefined ? {} : { place }),
          objects: chunk.map(({ index, objectId }): [number, string] => [index, objectId]),
          ...(isolated ? { isolated } : {}),
        },
        holdFor(Math.max(...chunk.map(({ delaySeconds }) => delaySeconds)), pipeline.now()),
      );
    });
}
