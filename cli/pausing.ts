import { hostname, userInfo } from 'node:os';
import type { Lease, Pausing } from '../shared/core/ports/run-store';
import { clock } from './terminal/age';

/** The pause of a pipeline by the user of this machine. @param now epoch milliseconds */
export const pausing = (now: number): Pausing => ({
  at: now,
  by: `${userInfo().username} at ${hostname()}`,
});

/** Says since when a pipeline is paused, and by whom. */
export const pausedText = ({ pausing: pause }: Pick<Lease, 'pausing'>): string =>
  pause ? `paused since ${clock(pause.at)} by ${pause.by}` : 'paused';
