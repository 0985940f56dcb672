import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { criticalPathSeconds } from './critical-path';
import { plainTotals, type PlainTotals } from '../../shared/core/totals';
import { costOfUsage, type Outcome } from './outcome';

/** The report of a run, as `--report FILE` writes it. */
export interface Report {
  readonly runId: string;
  readonly status: string;
  readonly collector: string;
  readonly pages: number;
  /** Objects listed. */
  readonly objects: number;
  readonly saved: number;
  readonly failed: number;
  /** How often `onComplete` ran. */
  readonly callbacks: number;
  readonly totals: PlainTotals['totals'];
  /** All totals in decimal digits, where one of them is beyond 2^53. */
  readonly exactTotals?: PlainTotals['exactTotals'];
  /** From the start function's invocation to the end of the callback, cold starts included. */
  readonly wallSeconds: number;
  /** The critical path; null where none is known. */
  readonly limitSeconds: number | null;
  /** From the last object's settlement to the callback's start; null for a run without objects. */
  readonly joinTailMs: number | null;
  /** The state of the source at the end of the run; null if the source is unlimited. */
  readonly source: Outcome['source'];
  /** Calls to the source, and those that it refused; null where none was counted. */
  readonly sourceCalls: Outcome['sourceCalls'];
  readonly requests: {
    readonly sqs: Readonly<Record<string, number>>;
    readonly dynamodb: Readonly<Record<string, number>>;
    /** Invocations by function. */
    readonly lambda: Readonly<Record<string, number>>;
  };
  /** What DynamoDB would bill. */
  readonly writeUnits: { readonly control: number; readonly records: number };
  readonly costUsd: number;
  /** Of all processes. */
  readonly peakRssBytes: number;
}

/** The report of a run. */
export function reportOf(outcome: Outcome): Report {
  const { counts, usage } = outcome;
  return {
    runId: outcome.runId,
    status: outcome.status,
    collector: outcome.collector,
    pages: outcome.pages,
    objects: counts.listed,
    saved: counts.saved,
    failed: counts.failed,
    callbacks: outcome.callbacks,
    ...plainTotals(outcome.totals),
    wallSeconds: outcome.wallSeconds,
    limitSeconds: criticalPathSeconds(outcome.resources) ?? null,
    joinTailMs: outcome.joinTailMs ?? null,
    source: outcome.source,
    sourceCalls: outcome.sourceCalls,
    requests: {
      sqs: usage.sqs,
      dynamodb: usage.dynamodb,
      lambda: Object.fromEntries(
        Object.entries(usage.lambda).map(([name, { invocations }]) => [name, invocations]),
      ),
    },
    writeUnits: usage.writeUnits,
    costUsd: costOfUsage(usage).total,
    peakRssBytes: outcome.peakRssBytes,
  };
}

/**
 * Tries whether a report can be written, and leaves no trace.
 * @returns what stands in the way, in a line, or `undefined`
 */
export function faultOfReportFile(file: string): string | undefined {
  const existed = existsSync(file);
  try {
    closeSync(openSync(file, 'a'));
    if (!existed) rmSync(file);
    return undefined;
  } catch (error) {
    return `cannot write the report ${file}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
  }
}

/** Writes the report. */
export function writeReport(file: string, outcome: Outcome): void {
  writeFileSync(file, `${JSON.stringify(reportOf(outcome), null, 2)}\n`);
}
