import { rm } from 'node:fs/promises';
import { startCloud } from '../../../localstack/embedded/cloud';
import { invokeStart } from '../../../cli/invoke-start';
import { findPipelines, operatorOf, whereOf } from '../../../cli/pipelines';
import type { StartAnswer } from '../../../shared/pipeline/start/start';
import type { EmbeddedCloud } from '../../../localstack/embedded/embedded-cloud';
import { synthesize } from '../../../localstack/embedded/synthesize';
import { pollard, type Ended } from './capture';

/** Deploys the collectors `probe`, `second` and `resources` on an embedded cloud for the tests of a file. */
export function useCloud(): () => EmbeddedCloud {
  const before = { ...process.env };
  let assembly: string;
  let cloud: EmbeddedCloud;

  beforeAll(async () => {
    const collectors = 'test/integration/collectors';
    const entries = { probe: `${collectors}/probe.ts`, second: `${collectors}/second.ts` };
    assembly = await synthesize({ context: { entries: JSON.stringify(entries) } });
    cloud = await startCloud({ assembly });
    Object.assign(process.env, cloud.environment);
  });

  afterAll(async () => {
    process.env = before;
    await cloud.close();
    await rm(assembly, { recursive: true, force: true });
  });

  return () => cloud;
}

/** Runs a command for the pipeline `probe`. */
export const probe = (command: string, ...args: string[]): Promise<Ended> =>
  pollard([command, ...args, '--pipeline', 'probe']);

/** Runs a command for the pipeline `probe`, and parses the JSON that it prints. */
export async function json<T = Record<string, unknown>>(
  command: string,
  ...args: string[]
): Promise<T> {
  const { out, err } = await probe(command, ...args, '--json');
  expect(err).toBe('');
  return JSON.parse(out) as T;
}

/** Sends a tick to the pipeline `probe`, as the schedule does. */
export async function tick(scheduledTime: string): Promise<StartAnswer> {
  const operator = operatorOf({}, process.env);
  try {
    const [pipeline] = await findPipelines(
      operator,
      { pipeline: 'probe' },
      whereOf({}, process.env),
    );
    return await invokeStart(pipeline, { scheduledTime });
  } finally {
    operator.close();
  }
}

export const input = (what: object): string[] => ['--input', JSON.stringify(what)];

export const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);

/** The fields of a run as `--json` prints it that the tests read. */
export interface View {
  readonly runId: string;
  readonly status: string;
  readonly redrivenBy: string | null;
  readonly redriveOf: string | null;
  readonly costUsd: number;
  readonly gbSeconds: Readonly<Record<string, number>> | null;
  readonly callbackOf: string | null;
  readonly counts: { readonly listed: number; readonly saved: number; readonly failed: number };
}
