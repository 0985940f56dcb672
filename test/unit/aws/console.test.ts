import { redactConsole, type RedactedConsole } from '../../../shared/aws/telemetry/console';
import { secretRedaction } from '../../../shared/core/redact';
import { oddValues } from '../../support/odd-values';

function redacted() {
  const written: unknown[][] = [];
  const write = (...args: unknown[]): void => {
    written.push(args);
  };
  const console: RedactedConsole = {
    debug: write,
    error: write,
    info: write,
    log: write,
    trace: write,
    warn: write,
  };
  const { learn, redact } = secretRedaction();
  learn('apiKey', 'hunter2hunter2');
  redactConsole(console, redact);
  return { console, written, learn };
}

describe('the console of a function', () => {
  it('shows no secret in texts, errors and objects', () => {
    const { console, written } = redacted();
    console.log('key %s', 'hunter2hunter2');
    console.error(new Error('?key=hunter2hunter2'), { headers: [{ key: 'hunter2hunter2' }] });
    expect(JSON.stringify(written)).not.toContain('hunter2');
    expect(written[0]).toEqual(['key %s', '[secret apiKey]']);
  });

  it('shows no secret of several lines, and no part of one that a long text ends with', () => {
    const { console, written, learn } = redacted();
    learn('pem', '-----BEGIN KEY-----\nhunter3\n-----END KEY-----');
    console.log({ headers: { key: '-----BEGIN KEY-----\nhunter3\n-----END KEY-----' } });
    console.log({ body: `${'.'.repeat(9_990)}hunter2hunter2` });
    expect(JSON.stringify(written)).not.toMatch(/hunter|BEGIN/);
  });

  it('hands on what holds no secret as it is', () => {
    const { console, written } = redacted();
    const data = { a: 1 };
    console.info('text', data, 1, undefined);
    expect(written[0]?.[1]).toBe(data);
    expect(written[0]).toEqual(['text', data, 1, undefined]);
  });

  it.each(oddValues)('takes %s', (_, value) => {
    const { console, written } = redacted();
    console.warn(value);
    expect(written).toHaveLength(1);
  });

  it('is redacted for each pipeline of a process', () => {
    const { console, written } = redacted();
    const second = secretRedaction();
    second.learn('token', 'correct-horse');
    redactConsole(console, second.redact);
    console.log('hunter2hunter2 correct-horse');
    expect(written).toEqual([['[secret apiKey] [secret token]']]);
  });
});
