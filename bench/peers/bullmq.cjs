// The workload on BullMQ: run → pages → objects, a job each, joined by BullMQ's own parents and children, whose children
// are added while the parent is at work. Two worker processes, as there are two cores; concurrency 1,250 in each, so that
// the post's 2,000 objects wait at the same time. It tells of itself as bench/contender.ts reads it.
'use strict';
const { fork } = require('node:child_process');
const { once } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');

const { Queue, Worker, WaitingChildrenError } = require(process.env.BULLMQ);
const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) };
const workerCount = 2;
const objectsAtOnce = 1_250;
const pagesAtOnce = 50;
const ms = { page: 500, object: 250, details: 750, crunch: 2_000 };
// Children's results are kept by their parents; the jobs themselves need not be.
const jobOptions = { attempts: 3, removeOnComplete: true };

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const sum = (values) =>
  values.reduce(
    (total, { objects, revenueCents, orders }) => ({
      objects: total.objects + objects,
      revenueCents: total.revenueCents + revenueCents,
      orders: total.orders + orders,
    }),
    { objects: 0, revenueCents: 0, orders: 0 },
  );

/** Waits for the children of a job, unless they are done. */
async function awaitChildren(job, token) {
  await job.updateData({ ...job.data, joins: true });
  if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
}

const joined = async (job) => sum(Object.values(await job.getChildrenValues()));

async function work(workload) {
  const sleeps = workload.work === 'sleeps';
  const pages = new Queue('pages', { connection });
  const objects = new Queue('objects', { connection });
  const redis = await objects.client;
  redis.options.enableAutoPipelining = true;
  const pageJob = (number, parent) => ({
    name: 'page',
    data: { number, run: parent },
    opts: { ...jobOptions, parent },
  });
  const parentOf = (job) => ({ id: job.id, queue: job.queueQualifiedName });

  const workRun = async (job, token) => {
    if (!job.data.joins) {
      const count = workload.pages === 'parallel' ? workload.pageCount : 1;
      const numbers = Array.from({ length: count }, (_, number) => number);
      await pages.addBulk(numbers.map((number) => pageJob(number, parentOf(job))));
      await awaitChildren(job, token);
    }
    // The callback.
    process.send(await joined(job));
  };
  const workPage = async (job, token) => {
    if (job.data.joins) return joined(job);
    const { number, run } = job.data;
    if (sleeps) await sleep(ms.page);
    const first = number * workload.pageSize;
    if (workload.pages === 'sequential' && number + 1 < workload.pageCount) {
      const { name, data, opts } = pageJob(number + 1, run);
      await pages.add(name, data, opts);
    }
    await objects.addBulk(
      Array.from({ length: workload.pageSize }, (_, at) => ({
        name: 'object',
        data: { id: `resource-${first + at}` },
        opts: { ...jobOptions, parent: parentOf(job) },
      })),
    );
    await awaitChildren(job, token);
    return joined(job);
  };
  const workObject = async ({ data: { id } }) => {
    if (sleeps) {
      await Promise.all([sleep(ms.object), sleep(ms.details)]);
      await sleep(ms.crunch);
    }
    const record = { id, name: id, region: 'nowhere', revenueCents: 100, orders: 1 };
    await redis.set(`record:${id}`, JSON.stringify(record));
    return { objects: 1, revenueCents: 100, orders: 1 };
  };
  const options = (concurrency) => ({ connection, concurrency });
  const workers = [
    new Worker('runs', workRun, options(1)),
    new Worker('pages', workPage, options(pagesAtOnce)),
    new Worker('objects', workObject, options(objectsAtOnce)),
  ];
  for (const worker of workers) {
    worker.on('error', (error) => console.error(error));
    worker.on('failed', (job, error) => console.error(job?.id, error));
  }
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  process.once('disconnect', () => process.exit(1));
  process.send('ready');
}

async function drive(described) {
  const workload = JSON.parse(described);
  const runs = new Queue('runs', { connection });
  await (await runs.client).flushall();
  const workers = Array.from({ length: workerCount }, () => fork(__filename, ['work', described]));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const called = Promise.race(workers.map((worker) => once(worker, 'message')));
  const died = Promise.race(workers.map((worker) => once(worker, 'exit'))).then(() => {
    throw new Error('a worker ended');
  });
  died.catch(() => undefined);
  tell({ bench: 'begins' });
  const started = performance.now();
  await runs.add('run', {}, jobOptions);
  const [{ objects }] = await Promise.race([called, died]);
  const wallSeconds = (performance.now() - started) / 1_000;
  const records = Number(
    await (await runs.client).eval("return #redis.call('KEYS', 'record:*')", 0),
  );
  if (objects !== workload.pageCount * workload.pageSize || records !== objects) {
    throw new Error(`${objects} objects were joined, ${records} saved`);
  }
  tell({ bench: 'run', run: { wallSeconds, objects } });
  tell({ bench: 'ended' });
  process.stdin.resume();
  await once(process.stdin, 'end');
  for (const worker of workers) worker.kill();
  await (await runs.client).flushall();
  process.exit(0);
}

const [first, second] = process.argv.slice(2);
(first === 'work' ? work(JSON.parse(second)) : drive(first)).catch((error) => {
  console.error(error);
  process.exit(1);
});
