import { inspect } from 'node:util';
import { lazySecrets } from '../../../shared/aws/secrets';
import { InvalidInputError, StoreError } from '../../../shared/core/errors';
import type { SecretSource } from '../../../shared/environment';

const sources: readonly SecretSource[] = [
  { name: 'apiToken', from: 'secretsManager', id: 'prod/token' },
  { name: 'other-key', from: 'ssm', id: '/other' },
];

describe('secrets', () => {
  it('are read once, when they are first asked for', async () => {
    const read: string[] = [];
    const secrets = lazySecrets(sources, ({ from, id }) => {
      read.push(`${from} ${id}`);
      return Promise.resolve(`value of ${id}`);
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
    expect(reading('other-key')).toThrow(InvalidInputError);
    expect(reading('other-key')).toThrow(
      'Secret other-key: there is no /other in ssm (on the embedded cloud: set POLLARD_SECRET_OTHER_KEY)',
    );
    expect(reading('elsewhere')).toThrow("Secret elsewhere: the pipeline's secrets do not name it");
    expect(reading('constructor')).toThrow(InvalidInputError);
  });

  it('are read again after a service did not answer', async () => {
    const answers = [Promise.reject(new StoreError('busy')), Promise.resolve('x')];
    const one = sources.slice(0, 1);
    const secrets = lazySecrets(one, () => answers.shift() ?? Promise.resolve('y'));
    await expect(secrets()).rejects.toThrow('busy');
    expect((await secrets())['apiToken']).toBe('x');
  });

  it('do not show in a log', async () => {
    const secrets = await lazySecrets(sources, () => Promise.resolve('hunter2'))();
    expect(JSON.stringify({ secrets })).not.toContain('hunter2');
    expect(inspect({ secrets }, { showProxy: false })).not.toContain('hunter2');
    expect(JSON.stringify({ ...secrets })).toBe('{}');
  });
});
