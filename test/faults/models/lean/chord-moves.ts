import { isFinal, type Run } from '../../../../shared/core/run';
import { branchNode, runNode } from '../../../../shared/core/chord';
import { nodeKey } from '../../../../testing/memory-chord-store';
import { runId, type ChordWorld, type Hand, type Message } from './chord-world';
import { collect, complete, giveUp, walk, workOnPage, type ObjectsMessage } from './chord-workers';
import type { Outcome } from './turns';

/** Deliveries of a message, after which it may also be treated as a dead letter. */
const deadAfter = 2;
/** How likely a message of objects is delivered together with another one. */
const batchRate = 0.5;
/** How likely reconcile walks where a message could be delivered. */
const walkRate = 0.08;
/** How likely a message goes astray, while some may. */
const astrayRate = 0.15;
/** How likely a node vanishes where a message could be delivered, while some may. */
const vanishRate = 0.05;

/**
 * Begins something, if there is someone to do it: a message is delivered (any of those that wait, also one that is being
 * worked on, as a queue that delivers at least once may), or reconcile walks. @returns whether something began
 */
export function move(world: ChordWorld): boolean {
  takeIn(world);
  const hand = world.hands.find(({ onEnd }) => onEnd === undefined);
  if (!hand) return false;
  const { chance, messages, plan } = world;
  vanish(world);
  if (plan.reconciles && chance.hits(walkRate) && !isOver(world)) {
    beginWalk(world, hand, chance.hits(0.3), () => chance.hits(0.4));
    return true;
  }
  const message = choose(world, messages);
  if (message) {
    deliver(world, hand, message);
    return true;
  }
  return repair(world, hand);
}

/** Messages that were sent are there to be delivered, or lost. */
function takeIn(world: ChordWorld): void {
  const { sent, messages } = world;
  for (const task of sent.splice(0)) {
    if (world.plan.reconciles && strays(world)) continue;
    messages.push({ task, received: 0, busy: false });
    if (strays(world)) messages.push({ task, received: 0, busy: false });
  }
}

/**
 * A node above the pages is deleted by hand, for a second time only while no walk is under way: a node that is deleted again
 * before its repair has ended can be opened with what was known before. What is promised for that is in docs/guarantees.md.
 */
function vanish(world: ChordWorld): void {
  const { chance, tables, plan } = world;
  if (world.vanishing < plan.vanishing && world.walking > 0) return;
  if (world.vanishing === 0 || !chance.hits(vanishRate) || runOf(world)?.status !== 'RUNNING')
    return;
  world.vanishing -= 1;
  tables.nodes.delete(nodeKey(chance.hits(0.5) ? runNode(runId) : branchNode(runId, 0)));
}

function strays(world: ChordWorld): boolean {
  if (world.astray === 0 || !world.chance.hits(astrayRate)) return false;
  world.astray -= 1;
  return true;
}

function choose(world: ChordWorld, messages: readonly Message[]): Message | undefined {
  const { chance } = world;
  const waiting = messages.filter(({ busy }) => !busy);
  if (waiting.length > 0) return waiting[chance.below(waiting.length)];
  return undefined;
}

/** Nothing waits and no one is at work, and the run is not over: only reconcile can go on. */
function repair(world: ChordWorld, hand: Hand): boolean {
  const { plan, hands } = world;
  const alone = hands.every(({ onEnd }) => onEnd === undefined);
  if (!plan.reconciles || !alone || isOver(world)) return false;
  // No message is left that a page could be held for.
  beginWalk(world, hand, true, () => false);
  return true;
}

const runOf = ({ tables }: ChordWorld): Run | undefined => tables.runs.values().next().value;

function isOver(world: ChordWorld): boolean {
  const run = runOf(world);
  return run === undefined || isFinal(run.status);
}

function beginWalk(
  world: ChordWorld,
  hand: Hand,
  anew: boolean,
  isHeld: (page: number) => boolean,
): void {
  world.walking += 1;
  world.turns.start(
    hand,
    () => walk(hand, anew, isHeld),
    () => {
      world.walking -= 1;
    },
  );
}

function deliver(world: ChordWorld, hand: Hand, message: Message): void {
  const batch = isOfObjects(message) ? batchOf(world, message) : [message];
  for (const each of batch) {
    each.busy = true;
    each.received += 1;
  }
  const onEnd = (outcome: Outcome) => {
    if (world.completing === hand) world.completing = undefined;
    for (const each of batch) {
      each.busy = false;
      if (outcome === 'done' && !strays(world)) {
        world.messages.splice(world.messages.indexOf(each), 1);
      }
    }
  };
  world.turns.start(hand, () => workOn(world, hand, message, batch), onEnd);
}

const isOfObjects = (message: Message): message is ObjectsMessage =>
  message.task.task === 'objects';

/** A message of objects, and those that are delivered with it: any that wait. */
function batchOf({ messages, chance }: ChordWorld, first: Message): Message[] {
  const others = messages.filter(
    (each) => each !== first && !each.busy && isOfObjects(each) && chance.hits(batchRate),
  );
  return [first, ...others];
}

function workOn(
  world: ChordWorld,
  hand: Hand,
  { task, received }: Message,
  batch: readonly Message[],
): Promise<void> {
  switch (task.task) {
    case 'page':
      if (received > deadAfter && world.chance.hits(0.3)) return giveUp(hand, task);
      return workOnPage(world, hand, task, received);
    case 'objects':
      return collect(world, hand, batch.filter(isOfObjects));
    case 'callback':
      return complete(world, hand, task, String(world.chance.next()));
  }
}
