import { pageWaitMs, turnInMs } from '../../../../shared/core/governor/line';
import {
  rateOf,
  unknownSource,
  type SourceLimits,
  type SourceState,
} from '../../../../shared/core/governor/source-state';
import { StoreError } from '../../../../shared/core/errors';
import type { SourceGate } from '../../../../shared/core/governor/turn';
import type { SourceKey, SourceStore } from '../../../../shared/core/ports/source-store';
import { sourceGate } from '../../../../shared/pipeline/governor/gate';
import { callSource, type ModelSource } from './sources';
import { virtualClock } from './virtual-clock';

export interface Poll {
  readonly objects: number;
  readonly source: () => ModelSource;
  readonly limits?: SourceLimits;
  readonly objectsPerMessage?: number;
  readonly objectsPerPage?: number;
  /** The state that the poll before left. */
  readonly item?: SourceState;
  /** Share of invocations that die without a word. */
  readonly deaths?: number;
  /** Share of reservations that DynamoDB is sent twice, for the answer to the first was lost. */
  readonly doubled?: number;
  /** Share of reservations whose answer never comes. */
  readonly lost?: number;
  /** Clocks are wrong by up to so many milliseconds. */
  readonly skewMs?: number;
}

export interface Outcome {
  readonly done: number;
  readonly calls: number;
  readonly refused: number;
  readonly wallSeconds: number;
  /** The share of the limit that was used, from 5 s after the first call to the last. */
  readonly used: number;
  /** Most calls in a second from the tenth second on, as a share of the limit then. */
  readonly peak: number;
  readonly writes: number;
  readonly requests: number;
  /** Seconds of Lambda, per second of the poll. */
  readonly environments: number;
  readonly item: SourceState;
  readonly calledAt: readonly number[];
  readonly acceptedAt: readonly number[];
}

const name: SourceKey = { collector: 'model', source: 'source' };
const dynamoMs = 8;
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
  let item = options.item;
  const counts = { writes: 0, requests: 0, done: 0, refused: 0, lambdaMs: 0 };
  const calledAt: number[] = [];
  const acceptedAt: number[] = [];

  const store: SourceStore = {
    readSource: async () => {
      await sleep(dynamoMs);
      return item;
    },
    writeSource: async (_name, next, resetTat = false) => {
      counts.writes += 1;
      await sleep(dynamoMs / 2);
      const there = item ?? unknownSource;
      const written = there.version === next.version - 1;
      const { tat, planned, served, busySince } = there;
      if (written) {
        item = { ...next, tat: resetTat ? next.tat : tat, planned, served, busySince };
      }
      const answer = item ?? there;
      await sleep(dynamoMs / 2);
      return { written, state: answer };
    },
    reserveTime: async (_name, { version }, { from, ms, latest, placed, place }) => {
      counts.writes += 1;
      await sleep(dynamoMs / 2);
      const there = item ?? unknownSource;
      const begin = Math.max(from, there.tat);
      const may = there.version === version && begin <= latest;
      const repeats = may && chance() < (options.doubled ?? 0) ? 1 : 0;
      if (may) {
        // DynamoDB has no maximum: a time that has passed takes a second write.
        const isIdle = there.tat < from;
        if (isIdle) counts.writes += 1;
        const busySince = isIdle ? from : there.busySince;
        const first = isIdle && placed > 0 ? Math.max(there.served, place) : there.served;
        item = {
          ...{ ...there, busySince, tat: begin + ms * (1 + repeats) },
          served: first + placed * (1 + repeats),
        };
      }
      const answer = item ?? there;
      await sleep(dynamoMs / 2);
      if (may && chance() < (options.lost ?? 0)) throw new StoreError('The answer was lost');
      return may
        ? { kind: 'reserved', from: begin + ms * repeats, state: answer }
        : { kind: 'refused', state: answer };
    },
    takePlaces: async (_name, places) => {
      counts.writes += 1;
      await sleep(dynamoMs / 2);
      const there = item ?? unknownSource;
      item = { ...there, planned: there.planned + places };
      const answer = item;
      await sleep(dynamoMs / 2);
      return answer;
    },
  };

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
    calledAt.push(now());
    const at = now();
    const answer = await callSource(source, clock);
    turn.report(answer);
    if (answer.kind === 'ok') {
      acceptedAt.push(at);
      return 'done';
    }
    counts.refused += 1;
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
  return outcomeOf();

  function outcomeOf(): Outcome {
    const starts = [...calledAt].sort((a, b) => a - b);
    const first = starts[0] ?? 0;
    const last = starts.at(-1) ?? 0;
    let limit = 0;
    for (let at = first + 5_000; at < last; at += 100) limit += source.limitAt(at) / 10;
    const good = acceptedAt.filter((at) => at >= first + 5_000).length;
    let peak = 0;
    for (let at = 0, tail = 0; at < starts.length; at += 1) {
      const start = starts[at] ?? 0;
      while (start - (starts[tail] ?? 0) >= 1_000) tail += 1;
      if (start > first + 10_000) peak = Math.max(peak, (at - tail + 1) / source.limitAt(start));
    }
    return {
      done: counts.done,
      calls: starts.length,
      refused: counts.refused,
      wallSeconds: (last - first) / 1_000,
      used: good / limit,
      peak,
      writes: counts.writes,
      requests: counts.requests,
      environments: counts.lambdaMs / Math.max(1, last - first),
      item: item ?? unknownSource,
      calledAt: starts,
      acceptedAt,
    };
  }
}
