import { pageWaitMs, turnInMs } from '../../../../shared/core/governor/line';
import {
  rateOf,
  unknownSource,
  type SourceLimits,
  type SourceState,
} from '../../../../shared/core/governor/source-state';
import type { SourceGate } from '../../../../shared/core/governor/turn';
import type { SourceKey } from '../../../../shared/core/ports/source-store';
import { sourceGate } from '../../../../shared/pipeline/governor/gate';
import { figuresOf, type Figures } from './figures';
import { modelStore, type ModelStoreOptions } from './model-store';
import { callSource, type ModelSource, type SeenCall } from './sources';
import { virtualClock } from './virtual-clock';

/** A poll of a source, and what goes wrong in it. */
export interface Poll extends Pick<ModelStoreOptions, 'item' | 'doubled' | 'lost'> {
  readonly objects: number;
  readonly source: () => ModelSource;
  readonly limits?: SourceLimits;
  readonly objectsPerMessage?: number;
  readonly objectsPerPage?: number;
  /** Share of invocations that die without a word. */
  readonly deaths?: number;
  /** Clocks are wrong by up to so many milliseconds. */
  readonly skewMs?: number;
}

/** The figures of a poll, and what it took. */
export interface Outcome extends Figures {
  readonly done: number;
  readonly writes: number;
  readonly requests: number;
  /** Seconds of Lambda, per second of the poll. */
  readonly environments: number;
  readonly item: SourceState;
  readonly seen: readonly SeenCall[];
}

const name: SourceKey = { collector: 'model', source: 'source' };
const visibilityMs = 60_000;
const invokeMs = 20;

const random = (seed: number) => () => {
  seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296;
  return seed / 4_294_967_296;
};

interface Message {
  /** The places of its objects in the line. */
  readonly places: readonly (number | undefined)[];
  readonly visibleAt: number;
}

/** One poll of a source by the real gate, on a model of SQS, Lambda and DynamoDB. */
export async function poll(options: Poll): Promise<Outcome> {
  const { objects, objectsPerMessage = 40, objectsPerPage = 1_000, limits = {} } = options;
  const { deaths = 0, skewMs = 0 } = options;
  /** Objects that have a turn share messages: an invocation is handed this many messages anyway. */
  const packed = Math.max(objectsPerMessage, 10);
  const chance = random(1);
  const clock = virtualClock();
  const { now, sleep } = clock;
  const source = options.source();
  const { item, doubled, lost } = options;
  const store = modelStore({ sleep, chance, item, doubled, lost });
  const counts = { requests: 0, done: 0, lambdaMs: 0 };
  const calls: { readonly at: number; accepted: boolean }[] = [];

  // SQS and Lambda.
  const visible: Message[] = [];
  let environments = 0;
  const idle: SourceGate[] = [];
  let running = 0;
  const mostRunning = () => Math.min(100, 5 + Math.floor(now() / 200));
  const send = (messages: readonly Message[]): void => {
    counts.requests += Math.ceil(messages.length / 10);
    for (const message of messages) show(message);
  };
  const show = (message: Message): void => {
    clock.at(message.visibleAt, () => {
      visible.push(message);
      pump();
    });
  };
  const pump = (): void => {
    while (visible.length > 0 && running < mostRunning()) {
      const batch = visible.splice(0, 10);
      running += 1;
      counts.requests += 2;
      void invoke(batch).then(() => {
        running -= 1;
        pump();
      });
    }
    if (visible.length > 0) clock.at(now() + 250, pump);
  };

  const newGate = (): SourceGate => {
    environments += 1;
    const skew = (chance() * 2 - 1) * skewMs;
    return sourceGate(
      { name, limits, timeoutMs: 30_000, environment: `e${environments}` },
      { store, random: chance, sleep, now: () => now() + skew },
    );
  };

  interface Back {
    readonly until: number;
    readonly place?: number | undefined;
  }

  const call = async (gate: SourceGate, what: string, place?: number): Promise<Back | 'done'> => {
    const turn = await gate.turn({ what, place });
    if (turn.kind === 'wait') return turn;
    const seen = { at: now(), accepted: false };
    calls.push(seen);
    const answer = await callSource(source, clock);
    turn.report(answer);
    seen.accepted = answer.kind === 'ok';
    if (seen.accepted) return 'done';
    return { until: now() + 1_000 + chance() * 250 };
  };

  let objectNumber = 0;
  const invoke = async (batch: readonly Message[]): Promise<void> => {
    const began = now();
    await sleep(invokeMs);
    const gate = idle.pop() ?? newGate();
    if (chance() < deaths) {
      await sleep(chance() * 2_000);
      for (const message of batch) show({ ...message, visibleAt: now() + visibilityMs });
      return;
    }
    const results = await Promise.all(
      batch
        .flatMap(({ places }) => places)
        .map((place) => call(gate, `o${(objectNumber += 1)}`, place)),
    );
    await gate.flush();
    counts.done += results.filter((each) => each === 'done').length;
    const back = results.flatMap((each) => (each === 'done' ? [] : [each]));
    send(messagesOf(back));
    counts.lambdaMs += now() - began;
    idle.push(gate);
  };

  /** Those that are due at about the same time go together, as pipeline/send-back does. */
  const messagesOf = (back: readonly Back[]): Message[] => {
    const groups: Back[][] = [];
    let until = -Infinity;
    for (const each of [...back].sort((a, b) => a.until - b.until)) {
      const delay = each.until - now();
      const group = groups.at(-1);
      if (!group || group.length >= packed || each.until > until) {
        groups.push([each]);
        until = each.until + Math.max(1_000, delay / 10);
      } else group.push(each);
    }
    return groups.map((group) => {
      const delay = Math.ceil((Math.max(...group.map((each) => each.until)) - now()) / 1_000);
      return {
        places: group.map(({ place }) => place),
        visibleAt: now() + Math.min(900, Math.max(0, delay)) * 1_000,
      };
    });
  };

  // Pages by token, one after the other.
  const pages = async (): Promise<void> => {
    const gate = newGate();
    for (let left = objects; left > 0;) {
      const state = (await store.readSource(name)) ?? unknownSource;
      const waitMs = pageWaitMs(state, now(), limits);
      if (waitMs > 0) {
        counts.requests += 3;
        await sleep(Math.ceil(waitMs / 1_000) * 1_000);
        continue;
      }
      const listed = await call(gate, 'page');
      if (listed !== 'done') {
        counts.requests += 3;
        await sleep(listed.until - now());
        continue;
      }
      counts.requests += 3;
      const size = Math.min(objectsPerPage, left);
      left -= size;
      const isLimited = rateOf(state, limits) !== undefined;
      const line = isLimited ? await store.takePlaces(name, size) : state;
      const each = isLimited ? packed : objectsPerMessage;
      send(
        Array.from({ length: Math.ceil(size / each) }, (_, at) => {
          const length = Math.min(each, size - at * each);
          const first = line.planned - size + at * each;
          const delayMs = isLimited ? turnInMs(line, first, now(), limits) : 0;
          return {
            places: Array.from({ length }, (__, n) => (isLimited ? first + n : undefined)),
            visibleAt: now() + Math.ceil(delayMs / 1_000) * 1_000,
          };
        }),
      );
    }
  };

  void pages();
  await clock.run(() => counts.done >= objects || now() > 12 * 3_600_000);
  const figures = figuresOf(calls, source.limitAt);
  return {
    ...figures,
    done: counts.done,
    writes: store.writes(),
    requests: counts.requests,
    environments: counts.lambdaMs / Math.max(1, figures.wallSeconds * 1_000),
    item: store.item(),
    seen: calls,
  };
}
