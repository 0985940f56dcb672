import { setTimeout as sleep } from 'node:timers/promises';
import {
  awsError,
  type Answer,
  type Body,
  type Call,
  type Interceptor,
} from '../../../localstack/embedded/http/service';
import type { FunctionName } from '../../../shared/environment';
import type { Chance } from '../models/chance';
import { chanceByOccasion } from './chance';
import { labelOf, type Names } from './label';
import { inPart } from './partial';
import { workAfterEndMs, type Times } from './pipelines';
import type { Aim, Plan, Rates } from './plan';
import { isOwnCall } from './tables';

/** What a plan needs of the pipeline it is carried out on. */
export interface FaultTargets {
  readonly names: Names;
  readonly times: Times;
  /** Kills environments of a function that are at work: all of them, or one. @returns how many */
  readonly kill: (victim: FunctionName, which: 'all' | 'one') => number;
  /** Lets a message that was received come again at once. */
  readonly showAgain: (queueUrl: string, receiptHandle: string) => Promise<void>;
}

/** A plan being carried out. */
export interface Injector {
  readonly intercept: Interceptor;
  /** The run has ended: what waits for that may come. */
  readonly ended: () => void;
  /** Whether something is to come after the run's end. */
  readonly waitsForEnd: boolean;
  /** Copies that have not been sent yet. */
  readonly pending: () => number;
  /** The calls that the plan is aimed at and that nothing has made. */
  readonly unmet: () => readonly RegExp[];
  /** How often each fault happened. */
  readonly done: Readonly<Record<string, number>>;
}

type Proceed = (body?: Body) => Promise<Answer>;

/** Starts a plan: from now on it decides what becomes of the pipeline's calls. */
export function inject(plan: Plan, targets: FaultTargets): Injector {
  const chance = chanceByOccasion(plan.seed);
  const startedAt = Date.now();
  const used = new Map<Aim, number>();
  const met = new Set<Aim>();
  const done: Record<string, number> = {};
  const atTheEnd: (() => Promise<unknown>)[] = [];
  let pending = 0;
  let over = false;

  const note = (what: string) => {
    done[what] = (done[what] ?? 0) + 1;
  };
  const later = (ms: number, work: () => Promise<unknown>) => {
    pending += 1;
    void sleep(ms)
      .then(work)
      .catch(() => undefined)
      .finally(() => {
        pending -= 1;
      });
  };
  const copyAtTheEnd = (proceed: Proceed) => {
    if (over) return;
    atTheEnd.push(proceed);
  };
  const aimAt = (label: string): Aim | undefined =>
    plan.aims.find((aim) => {
      if (!aim.on.test(label)) return false;
      met.add(aim);
      const times = used.get(aim) ?? 0;
      if (aim.complete !== true) used.set(aim, times + 1);
      const first = aim.after ?? 0;
      return times >= first && times < first + aim.times;
    });
  const takeAim = async (aim: Aim, label: string, proceed: Proceed) => {
    const { act } = aim;
    if (act.kind === 'killOne') {
      if (targets.kill(act.victim, 'one') > 0) note(`${act.kind} at ${label}`);
      else used.set(aim, (used.get(aim) ?? 1) - 1);
      return proceed();
    }
    if (aim.complete !== true) note(`${act.kind} at ${label}`);
    switch (act.kind) {
      case 'deny':
        return denied;
      case 'delay':
        await sleep(act.ms);
        return proceed();
      case 'copy':
        later(act.afterMs, proceed);
        return proceed();
      case 'copyAfterTheEnd':
        copyAtTheEnd(proceed);
        return proceed();
      case 'killBefore':
        targets.kill(act.victim, 'all');
        return 'dropped' as const;
      case 'killAfter': {
        const answer = await proceed();
        if (aim.complete === true) {
          if (!leftComplete(answer)) return answer;
          used.set(aim, (used.get(aim) ?? 0) + 1);
          note(`${act.kind} at ${label}`);
        }
        targets.kill(act.victim, 'all');
        return 'dropped' as const;
      }
    }
  };

  const intercept: Interceptor = async (call, proceed) => {
    if (isOwnCall(call.body) || call.operation === 'ChangeMessageVisibility') return proceed();
    const label = labelOf(call, targets.names);
    const aim = aimAt(label);
    if (aim) return takeAim(aim, label, proceed);
    if (over || Date.now() - startedAt > plan.stormMs) return proceed();
    const own = chance(label);
    const fault = drawn(plan.rates, call, own);
    if (!fault) return proceed();
    note(fault);
    return meet({ fault, call, proceed, chance: own, plan, targets, later });
  };

  return {
    intercept,
    ended: () => {
      over = true;
      for (const send of atTheEnd.splice(0)) later(workAfterEndMs(targets.times) + 1_000, send);
    },
    waitsForEnd: plan.aims.some(({ act }) => act.kind === 'copyAfterTheEnd'),
    pending: () => pending,
    unmet: () => plan.aims.filter((aim) => !met.has(aim)).map(({ on }) => on),
    done,
  };
}

type Fault = keyof Rates;

/** Which faults can happen to which calls. */
function possible(fault: Fault, { operation, source }: Call): boolean {
  const sends = operation.startsWith('SendMessage');
  switch (fault) {
    case 'copy':
    case 'late':
      return sends;
    case 'again':
      return operation === 'ReceiveMessage';
    case 'keep':
      return operation === 'DeleteMessageBatch';
    case 'partial':
      return ['SendMessageBatch', 'BatchWriteItem', 'BatchGetItem'].includes(operation);
    default:
      return source === 'client';
  }
}

/** The fault that chance has for a call. */
function drawn(rates: Rates, call: Call, chance: Chance): Fault | undefined {
  for (const [name, rate] of Object.entries(rates)) {
    const fault = name as Fault;
    if (possible(fault, call) && chance.hits(rate as number)) return fault;
  }
  return undefined;
}

interface Meeting {
  readonly fault: Fault;
  readonly call: Call;
  readonly proceed: Proceed;
  readonly chance: Chance;
  readonly plan: Plan;
  readonly targets: FaultTargets;
  readonly later: (ms: number, work: () => Promise<unknown>) => void;
}

async function meet(meeting: Meeting): Promise<Answer | 'dropped'> {
  const { fault, call, proceed, chance, plan, later } = meeting;
  switch (fault) {
    case 'hangUp':
      return 'dropped';
    case 'drop':
      await proceed();
      return 'dropped';
    case 'refuse':
      return awsError('InternalServerError', 'The kit refuses this call', 500);
    case 'deny':
      return denied;
    case 'throttle':
      return awsError(
        call.service === 'sqs' ? 'RequestThrottled' : 'ProvisionedThroughputExceededException',
        'The kit throttles this call',
      );
    case 'delay':
      await sleep(chance.below(plan.longestDelayMs));
      return proceed();
    case 'partial':
      return inPart(call, proceed, () => chance.hits(0.5));
    case 'copy':
      later(chance.below(3_000), proceed);
      return proceed();
    case 'late':
      return proceed(delayed(call.body, 1 + chance.below(3)));
    case 'again':
      return andAgain(meeting);
    case 'keep':
      return { status: 200, body: { Successful: [], Failed: [] } };
  }
}

/** Receives, and soon shows the first message once more, as a queue that delivers at least once may. */
async function andAgain({ call, proceed, chance, targets, later }: Meeting): Promise<Answer> {
  const answer = await proceed();
  const [message] = (answer.body['Messages'] ?? []) as readonly Body[];
  if (message) {
    later(chance.below(500), () =>
      targets.showAgain(String(call.body['QueueUrl']), String(message['ReceiptHandle'])),
    );
  }
  return answer;
}

const denied = awsError('AccessDeniedException', 'The kit denies this call');

function delayed(body: Body, seconds: number): Body {
  const longer = (message: Body): Body => ({
    ...message,
    DelaySeconds: Math.min(900, Number(message['DelaySeconds'] ?? 0) + seconds),
  });
  const { Entries } = body;
  return Array.isArray(Entries)
    ? { ...body, Entries: (Entries as Body[]).map(longer) }
    : longer(body);
}

/** Whether a settle left its node without pending members. */
function leftComplete({ status, body }: Answer): boolean {
  const { Attributes } = body as { readonly Attributes?: Body };
  return status === 200 && Attributes !== undefined && Attributes['pending'] === undefined;
}
