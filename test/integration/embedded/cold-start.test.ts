import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, functionCode } from '../../../localstack/embedded/lambda/code';
import { inTurn } from '../../../localstack/embedded/lambda/cold-starts';
import { closeClouds, cloudOf, eventually } from '../../support/embedded';
import { lambda } from '../../support/tiny-assembly';

const bundle = async (code: string): Promise<string> => {
  const path = join(await mkdtemp(join(tmpdir(), 'pollard-code-')), 'index.js');
  await writeFile(path, code);
  return path;
};

afterEach(closeClouds);

it('compiles each bundle once, and leaves out one that does not load', async () => {
  const good = await bundle('exports.handler = async () => 1;');
  const bad = await bundle('throw new Error("No")');
  const compiled = await compile([good, good, bad]);
  expect([...compiled.keys()]).toEqual([good]);
  expect(compiled.get(good)?.length).toBeGreaterThan(0);
});

it('asks the first environment of each function what it has compiled, and passes it on', () => {
  const all = new Map([['a', new Uint8Array(1)]]);
  const [page, object] = [functionCode(all, 'a'), functionCode(all, 'a')];
  expect([page.wanted(), page.wanted(), object.wanted()]).toEqual([true, false, true]);
  page.learn(new Uint8Array(2));
  expect(object.compiled()).toHaveLength(2);
  expect(functionCode(all, 'not compiled').wanted()).toBe(false);
});

const sleep = 'new Promise((resolve) => setTimeout(resolve, 50))';

it('starts in sandboxes that are up, and in more where those do not suffice', async () => {
  const code = `exports.handler = async () => ${sleep}.then(() => process.env.WHO);`;
  const variables = { Environment: { Variables: { WHO: 'me' } } };
  const resources = { Who: lambda('handler', variables) };
  const cloud = await cloudOf({ code, resources }, { sandboxesAhead: 1 });
  for (const round of [1, 2]) {
    const answers = await Promise.all([cloud.invoke('Who', {}), cloud.invoke('Who', { round })]);
    expect(answers).toMatchObject([{ value: 'me' }, { value: 'me' }]);
  }
  expect(cloud.environments()).toHaveLength(2);
});

it('runs code that imports while it runs, in the first environment and in later ones', async () => {
  const code = `exports.handler = async () => ${sleep}.then(async () => (await import('node:os')).EOL);`;
  const cloud = await cloudOf({ code, resources: { Importer: lambda('handler') } });
  expect(await cloud.invoke('Importer', {})).toMatchObject({ value: '\n' });
  const two = await Promise.all([cloud.invoke('Importer', {}), cloud.invoke('Importer', {})]);
  expect(two).toMatchObject([{ value: '\n' }, { value: '\n' }]);
});

const busy = { count: 1, usedMs: () => performance.now(), idleMs: () => 0 };
const free = { count: 1, usedMs: () => 0, idleMs: () => performance.now() };

it('starts in turn: what becomes idle while the processors are busy takes the next event', async () => {
  const tiny = {
    code: `exports.handler = async () => ${sleep};`,
    resources: { Who: lambda('handler') },
  };
  const cloud = await cloudOf(tiny, { coldStarts: inTurn(busy, 60_000) });
  // As many of a function as there are processors start, whatever is at work.
  const all = await Promise.all([1, 2, 3].map(() => cloud.invoke('Who', {})));
  expect(all).toMatchObject(all.map(() => ({ kind: 'result' })));
  expect(cloud.environments()).toHaveLength(1);
});

it('starts in turn: another environment as soon as a processor is free', async () => {
  const code = 'exports.handler = () => new Promise((resolve) => setTimeout(resolve, 30_000));';
  const cloud = await cloudOf(
    { code, resources: { Who: lambda('handler', { Timeout: 60 }) } },
    { coldStarts: inTurn(free, 60_000) },
  );
  const all = [1, 2, 3].map(() => cloud.invoke('Who', {}));
  await eventually(() => cloud.environments().length === 3);
  await cloud.close();
  await Promise.all(all);
});

it('lets nobody wait for a turn once the cloud is closed', async () => {
  const code = `exports.handler = async () => ${sleep};`;
  const cloud = await cloudOf(
    { code, resources: { Who: lambda('handler') } },
    { coldStarts: inTurn(busy, 60_000) },
  );
  const invoked = [1, 2, 3, 4].map(() => cloud.invoke('Who', {}));
  await eventually(() => cloud.environments().length > 0);
  await cloud.close();
  const kinds = (await Promise.all(invoked)).map(({ kind }) => kind);
  expect(kinds).toContain('throttled');
  expect(cloud.environments()).toEqual([]);
});
