import { rm } from 'node:fs/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { startCloud } from '../../../localstack/embedded/cloud';
import type { EmbeddedCloud } from '../../../localstack/embedded/embedded-cloud';
import { awsError } from '../../../localstack/embedded/http/service';
import { synthesize } from '../../../localstack/embedded/synthesize';
import type { Run } from '../../../shared/core/run';
import { messageVersion } from '../../../shared/core/task';
import { pipelineOn, until, type PipelineOnCloud } from '../../support/pipeline-on-cloud';
import type { ProbeInput } from '../collectors/probe-input';

/** Grants that nothing here uses, and why they are there. */
const unusedHere: Readonly<Record<string, string>> = {
  'TicksRole sqs:SendMessage LostTicks':
    'Scheduler sends a tick there that Lambda does not accept; the embedded Lambda accepts each.',
};

const names = ['probe', 'second', 'changes'] as const;

let assembly: string;
let cloud: EmbeddedCloud;
let probe: PipelineOnCloud;
let second: PipelineOnCloud;
let changes: PipelineOnCloud;
/** Whether DynamoDB fails. */
let down = false;

beforeAll(async () => {
  const entries = names.map((name) => [name, `test/integration/collectors/${name}.ts`]);
  const settings = {
    probe: { overlap: 'bufferOne', maxReceiveCount: 1 },
    second: { overlap: 'allowAll' },
    changes: { overlap: 'bufferOne' },
  };
  assembly = await synthesize({
    context: {
      entries: JSON.stringify(Object.fromEntries(entries)),
      settings: JSON.stringify(settings),
    },
  });
  cloud = await startCloud({
    assembly,
    asyncRetryDelaysMs: [10, 10],
    interceptor: async ({ service }, proceed) =>
      down && service === 'dynamodb'
        ? awsError('InternalServerError', 'failed by the test', 500)
        : proceed(),
  });
  probe = pipelineOn(cloud, 'Probe');
  second = pipelineOn(cloud, 'Second');
  changes = pipelineOn(cloud, 'Changes');
});

afterAll(async () => {
  for (const pipeline of [probe, second, changes]) pipeline.close();
  await cloud.close();
  await rm(assembly, { recursive: true, force: true });
});

const urlOf = (queue: string): string => probe.published.queues[queue] ?? '';

const send = (queue: string, body: object | string) =>
  probe.sqs.send(
    new SendMessageCommand({
      QueueUrl: urlOf(queue),
      MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );

const emptied = (queue: string) =>
  until(`${queue} is empty`, () => {
    const { visible, delayed, inFlight } = cloud.queueDepth(urlOf(queue));
    return visible + delayed + inFlight === 0 || undefined;
  });

/** Starts a run whose objects wait for the end of `meanwhile`. */
async function whileObjectsWait(
  input: ProbeInput,
  meanwhile: (run: Run, common: object) => Promise<unknown>,
  pipeline = probe,
): Promise<Run> {
  const { queues } = pipeline.published;
  const mapping = cloud.mappings.find(({ resource }) =>
    queues['objects']?.endsWith(resource.queueArn.replace(/.*:/, '/')),
  );
  await mapping?.disable();
  const { runId = '' } = await pipeline.start({ input });
  const pages = input.pages?.length ?? 1;
  const run = await until('its pages are listed', async () => {
    const last = await pipeline.stores.pages.readManifest(runId, pages - 1);
    return last && (await pipeline.runs.readRun(runId));
  });
  await meanwhile(run, { v: messageVersion, runId, generation: 0, attempt: 1 });
  mapping?.enable();
  return pipeline.ended(runId);
}

/** What a pipeline does in its life, so that all its grants are needed. */
async function live(): Promise<void> {
  const failing = ['gone'];
  const pages = [
    ['ok', 'flaky', 'gone', 'limited'],
    ['', 'b'],
  ];
  const failed = await probe.run({
    input: { pages, failing, flaky: ['flaky'], limited: ['limited'], flakyPages: [1] },
  });
  await probe.run({ redriveOf: failed.runId });
  for (let runs = 0; runs < 2; runs += 1) await changes.run({});
  await second.run({});
  await probe.start({ scheduledTime: failed.scheduledTime, manual: 1 });
}

async function overlap(): Promise<void> {
  for (const pipeline of [probe, changes]) {
    let runId = '';
    const tickNow = async () => {
      const answer = await pipeline.start({ scheduledTime: new Date().toISOString() });
      expect(answer.outcome).toBe('buffered');
      runId = answer.runId ?? '';
    };
    await whileObjectsWait({ pages: [['a']] }, tickNow, pipeline);
    await pipeline.ended(runId);
  }
  await whileObjectsWait({ pages: [['a']] }, ({ runId }) => probe.start({ cancel: runId }));
}

async function tick(): Promise<void> {
  for (const { logicalId } of cloud.resources.schedules) {
    if (/^(Probe|Second|Changes)/.test(logicalId)) await cloud.tick(logicalId);
  }
  down = true;
  await cloud.invoke(probe.published.functions.start, {}, { type: 'Event' });
  down = false;
}

async function die(): Promise<void> {
  for (const queue of ['pages', 'objects', 'isolation', 'callbacks']) await send(queue, 'what?');
  const objectsOf = (pageSize: number) => ({ task: 'objects', page: 0, pageSize });
  await whileObjectsWait({ pages: [['a', 'flaky']], flaky: ['flaky'] }, async (_, common) => {
    const objects = { ...common, ...objectsOf(2) };
    await send('isolation', { ...objects, isolated: true, objects: [[1, 'flaky']] });
    await send('deadLetters', { ...objects, objects: [[0, 'a']] });
    await emptied('deadLetters');
  });
  await whileObjectsWait({ pages: [['a']] }, async ({ runId }, common) => {
    const dead = { ...common, ...objectsOf(1), isolated: true };
    await probe.stores.pages.noteTriedAlone(runId, 0, 0, Date.now() / 1_000 + 3_600);
    await send('deadLetters', { ...dead, objects: [[0, 'a']] });
    await probe.ended(runId);
  });
  await whileObjectsWait({ pages: [['a'], ['b']] }, async (_, common) => {
    await send('pages', { ...common, task: 'page', page: 0, attempt: 2 });
    await send('deadLetters', { ...common, task: 'page', page: 0 });
    await emptied('pages');
    await emptied('deadLetters');
  });
  let next = '';
  await whileObjectsWait({ pages: [['a']] }, async ({ runId }, common) => {
    next = (await probe.start({ scheduledTime: new Date().toISOString() })).runId ?? '';
    await send('deadLetters', { ...common, task: 'callback', reason: 'done' });
    await probe.ended(runId);
  });
  await probe.ended(next);
  await emptied('deadLetters');
}

async function repair(): Promise<void> {
  const ended = await probe.run({ input: { pages: [['a']] } });
  // The callback removes it from the active runs after it has ended.
  await until('no run is active', async () => {
    const active = await probe.runs.listActive('probe');
    return active.length === 0 || undefined;
  });
  await probe.runs.putActive(ended, Date.now());
  await probe.invoke('reconcile', {});
  await whileObjectsWait({ pages: [['a']] }, async (run) => {
    await probe.runs.markCancelled(run, Date.now());
    await probe.invoke('reconcile', {});
  });
  const scheduledTime = new Date().toISOString();
  const runId = `second@${scheduledTime}`;
  await second.runs.putActive({ runId, scheduledTime, trigger: 'tick' }, Date.now() - 120_000);
  await second.invoke('reconcile', {});
  await second.ended(runId);
}

/** The grants of the roles, by what they are called in each pipeline: those that no pipeline has used. */
async function unusedGrants(): Promise<string[]> {
  const { unused } = await cloud.access();
  const times = new Map<string, number>();
  for (const { role, action, resource } of unused) {
    const [owner, own] = partsOf(role);
    if (owner === undefined) continue;
    const grant = [own, action, partsOf(resource)[1]].join(' ');
    times.set(grant, (times.get(grant) ?? 0) + 1);
  }
  return [...times].filter(([, count]) => count === names.length).map(([grant]) => grant);
}

/** `App-ProbeQueuesPagesQueue0A1B2C3D` → `['Probe', 'Pages']` */
function partsOf(name: string): readonly [string | undefined, string] {
  const [, owner, own] =
    /(Probe|Second|Changes)(?:Queues|Tables)?(\w+?)(?:Queue)?[0-9A-F]{8}(?::\*)?$/.exec(name) ?? [];
  return [owner, own ?? name];
}

it('each grant of the template is used by a pipeline in its life, and none is missing', async () => {
  await live();
  await overlap();
  await tick();
  await die();
  await repair();
  expect((await unusedGrants()).filter((grant) => !grant.includes(' logs:'))).toEqual(
    Object.keys(unusedHere),
  );
  expect((await cloud.access()).denied).toEqual([]);
}, 240_000);
