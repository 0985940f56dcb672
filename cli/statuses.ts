import type { RunStatus } from '../shared/core/run';
import { UsageError } from './errors';

const statuses: readonly RunStatus[] = [
  ...(['RUNNING', 'COMPLETING', 'SUCCEEDED', 'PARTIAL'] as const),
  ...(['FAILED', 'TIMED_OUT', 'CANCELLED', 'CALLBACK_FAILED'] as const),
];

/** Reads the value of `--status`; `undefined` for none. @throws UsageError */
export function statusNamed(text: string | undefined): RunStatus | undefined {
  const status = statuses.find((each) => each === text?.toUpperCase());
  if (text === undefined || status) return status;
  throw new UsageError(`--status: expected ${statuses.join(', ')}, got ${text}`);
}
