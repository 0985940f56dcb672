import { inspect } from 'node:util';
import { secretReader, type ReadSecret } from '../../../shared/aws/secrets';
import { NonRetryableError, StoreError } from '../../../shared/core/errors';
import type { SecretSource } from '../../../shared/environment';

const sources: readonly SecretSource[] = [
  { name: 'apiToken', from: 'secretsManager', id: 'prod/token' },
  { name: 'other-key', from: 'ssm', id: '/other' },
];

const lazySecrets = (from: readonly SecretSource[], read: ReadSecret) =>
  secretReader(from, { read, now: () => 0, warn: fail, learn: () => undefined }).read;

function fail(error: unknown): never {
  throw error;
}

describe('secrets that are rotated', () => {
  const one = sources.slice(0, 1);
  /** Each read brings the next number; one that is `down` fails. */
  function rotating() {
    const state = { time: 0, reads: 0, down: false, warnings: 0, learnt: [] as string[] };
    const read: ReadSecret = () => {
      state.reads += 1;
      return state.down
        ? Promise.reject(new StoreError('down'))
        : Promise.resolve({ value: String(state.reads) });
    };
    const reader = secretReader(one, {
      read,
      now: () => state.time,
      warn: () => (state.warnings += 1),
      learn: (name, value) => state.learnt.push(`${name} ${value}`),
    });
    return { state, reader, value: async () => (await reader.read())['apiToken'] };
  }

  it('are read again after five minutes', async () => {
    const { state, value } = rotating();
    expect(await value()).toBe('1');
    state.time = 299_999;
    expect(await value()).toBe('1');
    state.time = 300_000;
    expect(await value()).toBe('2');
    expect(await value()).toBe('2');
    expect(state.learnt).toEqual(['apiToken 1', 'apiToken 2']);
  });

  it('are read again at once when the source refused them, at most once a minute', async () => {
    const { state, value, reader } = rotating();
    await value();
    reader.refused();
    expect(await value()).toBe('2');
    reader.refused();
    expect(await value()).toBe('2');
    state.time = 60_000;
    reader.refused();
    expect(await value()).toBe('3');
  });

  it('keep working when they cannot be read again, which is said once', async () => {
    const { state, value } = rotating();
    await value();
    state.down = true;
    for (state.time = 300_000; state.time < 600_000; state.time += 30_000) {
      expect(await value()).toBe('1');
    }
    expect(state).toMatchObject({ reads: 6, warnings: 1 });
    state.down = false;
    state.time += 60_000;
    expect(await value()).toBe('7');
  });
});

describe('secrets', () => {
  it('are read once, when they are first asked for', async () => {
    const read: string[] = [];
    const secrets = lazySecrets(sources, ({ from, id }) => {
      read.push(`${from} ${id}`);
      return Promise.resolve({ value: `value of ${id}` });
    });
    expect(read).toEqual([]);
    const [first] = await Promise.all([secrets(), secrets()]);
    await secrets();
    expect(read).toEqual(['secretsManager prod/token', 'ssm /other']);
    expect(first['apiToken']).toBe('value of prod/token');
    expect(first['other-key']).toBe('value of /other');
    expect('apiToken' in first).toBe(true);
  });

  it('are errors by name where they are missing', async () => {
    const secrets = await lazySecrets(sources, () => Promise.resolve(undefined))();
    const reading = (name: string) => () => secrets[name];
    expect(reading('other-key')).toThrow(NonRetryableError);
    expect(reading('other-key')).toThrow(
      'Secret other-key: there is no /other in ssm (on the embedded cloud: set POLLARD_SECRET_OTHER_KEY)',
    );
    expect(reading('elsewhere')).toThrow(
      'Secret elsewhere: the pipeline does not declare it: add elsewhere to `secrets` of the pipeline',
    );
    expect(reading('constructor')).toThrow(NonRetryableError);
  });

  it('are read again after a service did not answer', async () => {
    const answers = [Promise.reject(new StoreError('busy')), Promise.resolve({ value: 'x' })];
    const one = sources.slice(0, 1);
    const secrets = lazySecrets(one, () => answers.shift() ?? Promise.resolve({ value: 'y' }));
    await expect(secrets()).rejects.toThrow('busy');
    expect((await secrets())['apiToken']).toBe('x');
  });

  it('do not show in a log', async () => {
    const secrets = await lazySecrets(sources, () => Promise.resolve({ value: 'hunter2' }))();
    expect(JSON.stringify({ secrets })).not.toContain('hunter2');
    expect(inspect({ secrets }, { showProxy: false })).not.toContain('hunter2');
    expect(JSON.stringify({ ...secrets })).toBe('{}');
  });

  it('are learned by what redacts them, but for plain parameters and those that say so', async () => {
    const learnt: string[] = [];
    const from: SecretSource[] = [
      { name: 'token', from: 'secretsManager', id: 'token' },
      { name: 'secure', from: 'ssm', id: '/secure' },
      { name: 'plain', from: 'ssm', id: '/plain' },
      { name: 'shown', from: 'secretsManager', id: 'shown', redact: false },
    ];
    const secrets = await secretReader(from, {
      read: ({ id }) => Promise.resolve({ value: `value of ${id}`, isPlain: id === '/plain' }),
      now: () => 0,
      warn: fail,
      learn: (name, value) => learnt.push(`${name}: ${value}`),
    }).read();
    expect(learnt).toEqual(['token: value of token', 'secure: value of /secure']);
    expect(secrets['plain']).toBe('value of /plain');
    expect(secrets['shown']).toBe('value of shown');
  });
});
