import { plan as planOf, type Plan, type PlanInput } from '../plan/plan';
import { exitCodes } from '../exit-codes';
import type { Printer } from '../io';
import { planLines } from '../plan-lines';

/** Plans a poll. A warning is no failure. @returns the exit code */
export function plan(input: PlanInput, printer: Printer, runId?: string): number {
  const planned: Plan = planOf(input);
  if (printer.json) {
    const { inFlight: _, ...figures } = planned;
    printer.document({
      ...figures,
      ...(runId === undefined ? {} : { fromRun: runId }),
      workload: input.workload,
    });
  } else printer.out.lines(planLines(planned, input, printer, runId));
  return exitCodes.good;
}
