import type { Lease } from '../../../shared/core/ports/run-store';
import { brokenRuns } from './check-runs';
import type { Tick, World } from './world';

/** Every promise that a world broke which came to rest, or did not. */
export function brokenPromises(world: World, cameToRest: boolean): string[] {
  if (world.broken.length > 0) return [...world.broken];
  const broken = [
    ...brokenRuns(world),
    ...brokenLease(world),
    ...world.ticks.flatMap(brokenTick(world)),
  ];
  if (!cameToRest) broken.unshift('the world did not come to rest');
  if (world.messages.all.size > 0) {
    broken.push(`messages are left: ${[...world.messages.all].map(({ id }) => id).join(', ')}`);
  }
  return broken;
}

function brokenLease({ tables }: World): string[] {
  const leases = [...(tables.tables.get('leases')?.values() ?? [])] as Lease[];
  const active = [...(tables.tables.get('active')?.keys() ?? [])];
  return [
    ...leases.flatMap(({ holder }) => (holder ? [`${holder.runId} still has the lease`] : [])),
    ...leases.flatMap(({ buffered }) => (buffered ? [`${buffered.runId} still waits`] : [])),
    ...active.map((key) => `${key} is still active`),
  ];
}

/** What a tick was answered has come true. */
const brokenTick =
  ({ tables, settings, scenario }: World) =>
  ({ answer, event }: Tick): string[] => {
    if (!answer) return [];
    const { runId = '', outcome } = answer;
    const runs = [...tables.runs.values()];
    const own = runs.find((run) => run.runId === runId);
    const ran = own !== undefined;
    const at = (event as { scheduledTime?: string }).scheduledTime ?? '';
    const newer = runs.some(({ scheduledTime }) => scheduledTime > at);
    switch (outcome) {
      case 'started':
      case 'alreadyStarted':
        return ran ? [] : [`${runId} was ${outcome} and is not there`];
      case 'buffered':
        // A pipeline that pauses itself drops what waits, and so does a release with another name.
        if (settings.pauseOnFailure !== undefined || scenario.rename) return [];
        return ran || newer ? [] : [`${runId} was buffered and lost`];
      case 'cancelled': {
        const { reason } = own ?? {};
        if (reason === 'cancelled' || reason === 'done') return [];
        return [`${runId} was cancelled and ended for ${String(reason)}`];
      }
      case 'skipped':
      case 'refused':
        return [];
    }
  };
