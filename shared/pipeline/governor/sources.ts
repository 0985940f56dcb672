import type { Collector } from '../../collector/definition';
import { onlySource } from '../../collector/source';
import type { Settings } from '../../environment';
import type { FanOut, SourceGate } from '../../core/governor/turn';
import { limits } from '../../core/limits';
import * as guarded from '../../core/guards';
import { orUndefined } from '../../core/read-safely';
import { sourceGate } from './gate';
import type { GateParts } from './parts';

/** The gates of an environment to the sources of its collector. */
export interface Sources {
  /**
   * The gate that a call passes.
   * @param objectId of a fetcher's call, for a source whose limits are per key. A pace of objects holds back no other call of a source
   *   without a limit
   * @returns `undefined` where no call waits
   */
  readonly gateFor: (objectId?: string) => SourceGate | undefined;
  /** The part of the gate that listing and fan-out of a page use; `undefined` if no object waits for a turn. */
  readonly fanOut: () => FanOut | undefined;
  /** Waits until everything that was learned is written. */
  readonly flush: () => Promise<void>;
}

/** Keys whose gates an environment keeps; of a key that it forgets, the item remembers all but the last second. */
const mostGates = 1_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A source that a collector says takes whatever comes: its name and what paces it, where anything does. */
const unlimited = { name: onlySource, limits: {}, key: undefined } as const;

/**
 * Makes the gates as they are asked for.
 * @param settings the pace of the pipeline: an object takes a turn of each of its fetchers, at least one
 */
export function sourceGates(
  { name: collector, source: told, fetchers, listTimeoutMs }: Collector,
  { objectsPerSecond }: Pick<Settings, 'objectsPerSecond'>,
  given: Omit<GateParts, 'sleep'>,
): Sources {
  const mostPerSecond = objectsPerSecond && objectsPerSecond * Math.max(1, fetchers.length);
  const source = told ?? (mostPerSecond === undefined ? undefined : unlimited);
  const parts: GateParts = { ...given, sleep };
  const environment = given.random().toString(36).slice(2, 10);
  const gates = new Map<string, SourceGate>();
  const timeoutMs = Math.max(listTimeoutMs, ...fetchers.map((fetcher) => fetcher.timeoutMs));
  const gateFor = (objectId: string | undefined): SourceGate | undefined => {
    if (!source) return undefined;
    const key = objectId === undefined ? undefined : keyOf(source.key, objectId);
    const known = gates.get(key ?? '');
    if (known) return known;
    if (gates.size >= mostGates) gates.clear();
    const name = { collector, source: source.name, key };
    const made = sourceGate(
      { name, limits: { ...source.limits, mostPerSecond }, timeoutMs, environment },
      parts,
    );
    gates.set(key ?? '', made);
    return made;
  };
  return {
    gateFor: (objectId) =>
      guarded.sourceTurns && (told ?? objectId) !== undefined ? gateFor(objectId) : undefined,
    fanOut: () => (guarded.sourceTurns ? gateFor(undefined) : undefined),
    flush: async () => {
      await Promise.all([...gates.values()].map((gate) => gate.flush()));
    },
  };
}

/** An object whose key cannot be told shares the limit of those without one. */
function keyOf(key: ((id: string) => string) | undefined, objectId: string): string | undefined {
  const told: unknown = key && orUndefined(() => key(objectId));
  return typeof told === 'string' && told !== '' ? told.slice(0, limits.objectIdBytes) : undefined;
}
