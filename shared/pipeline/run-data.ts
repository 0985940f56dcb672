import { StoreError } from '../core/errors';
import type { JsonValue } from '../core/json';
import { remember } from '../core/latest';
import type { RunStore } from '../core/ports/run-store';
import type { Run, RunRequest } from '../core/run';
import type { Settings } from '../environment';

/** The input and the state that the functions of a collector receive in a run. */
export interface RunData {
  readonly input: JsonValue | undefined;
  readonly state: JsonValue | undefined;
}

type Known = Pick<Run, 'runId' | 'input' | 'inputKey' | 'state' | 'stateKey'>;

/**
 * Reads the input and the state of a run, each time as a copy that user code may change.
 * @throws StoreError when the run says that it has one and its item is gone
 */
export type RunDataReader = (run: Known) => Promise<RunData>;

/** Runs whose data is kept at most, of the latest: 128 KB each. */
const capacity = 16;

/** Makes a reader that reads the items of a run once. Runs of message version 1 carry their data themselves. */
export function runDataReader(runs: Pick<RunStore, 'readData'>): RunDataReader {
  const remembered = remember<RunData>(capacity);
  const valueOf = async (runId: string, what: string, key: string | undefined) => {
    if (key === undefined) return undefined;
    const value = await runs.readData(runId, key);
    if (value === undefined) throw new StoreError(`${runId}: the item of its ${what} is gone`);
    return value;
  };
  const read = async ({ runId, input, inputKey, state, stateKey }: Known): Promise<RunData> => {
    const [storedInput, storedState] = await Promise.all([
      valueOf(runId, 'input', inputKey),
      valueOf(runId, 'state', stateKey),
    ]);
    return {
      input: inputKey === undefined ? input : storedInput,
      state: stateKey === undefined ? state : storedState,
    };
  };
  return async (run) => {
    const id = `${run.inputKey ?? ''}/${run.stateKey ?? ''}/${run.runId}`;
    return structuredClone(await remembered(id, () => read(run)));
  };
}

/** The keys by which a run names its stored data. */
export type DataKeys = Pick<Run, 'inputKey' | 'stateKey'>;

/** Stores the input and the state of a run, each in an item of its own. */
export async function putRunData(
  runs: Pick<RunStore, 'putData'>,
  runId: string,
  { input, state }: Partial<RunData>,
  expiresAt: number,
): Promise<DataKeys> {
  const put = (value: JsonValue | undefined) =>
    value === undefined ? undefined : runs.putData(runId, value, expiresAt);
  const [inputKey, stateKey] = await Promise.all([put(input), put(state)]);
  return { inputKey, stateKey };
}

/**
 * Stores the input of a request in an item of its own, before the request is written anywhere.
 * @param now epoch milliseconds
 * @returns the request with the key of its input in the place of the input
 */
export async function storeInput(
  runs: Pick<RunStore, 'putData'>,
  { input, ...request }: RunRequest,
  settings: Settings,
  now: number,
): Promise<RunRequest> {
  if (input === undefined) return request;
  // The run may wait as long as another one may take, and is kept for its retention from then on.
  const expiresAt =
    Math.ceil(now / 1_000) + settings.runDeadlineSeconds + settings.retentionDays * 86_400;
  const { inputKey } = await putRunData(runs, request.runId, { input }, expiresAt);
  return { ...request, inputKey };
}
