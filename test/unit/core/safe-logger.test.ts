import type { Logger } from '../../../shared/collector/definition';
import { lineLogger } from '../../../shared/aws/telemetry/log';
import { collectorLogger, safeLogger } from '../../../shared/core/safe-logger';
import { oddValues } from '../../support/odd-values';

/** A logger that keeps its lines as JSON, as CloudWatch would. */
function kept() {
  const lines: unknown[] = [];
  const keep = (message: string, data?: object) => {
    lines.push(JSON.parse(JSON.stringify({ message, ...data })));
  };
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep };
  return { logger, lines };
}

const same = (text: string) => text;

describe('the logger that collectors are given', () => {
  it.each(oddValues)('takes %s', (_, value) => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      const logger = collectorLogger(
        safeLogger(lineLogger('Stack/Shop'), same),
        { runId: 'shop@1' },
        same,
      );
      logger.info('as data', value as never);
      logger.info('in the data', { value } as never);
      logger.info(value as never);
      expect(write).toHaveBeenCalledTimes(3);
      for (const [line] of write.mock.calls) {
        expect(String(line)).toContain('"runId":"shop@1"');
        expect(() => JSON.parse(String(line)) as unknown).not.toThrow();
        expect(String(line).length).toBeLessThan(256 * 1024);
      }
    } finally {
      write.mockRestore();
    }
  });

  it('writes plain data as it came', () => {
    const { logger, lines } = kept();
    safeLogger(logger, same).warn('slow', { at: 1, list: ['a', null, true], inner: { a: 'b' } });
    safeLogger(logger, same).debug('no data');
    expect(lines).toEqual([
      { message: 'slow', at: 1, list: ['a', null, true], inner: { a: 'b' } },
      { message: 'no data' },
    ]);
  });

  it('writes an error with its stack and its cause', () => {
    const { logger, lines } = kept();
    const error = Object.assign(new Error('late', { cause: new Error('why') }), { status: 503 });
    safeLogger(logger, same).error('failed', error as never);
    expect(lines).toMatchObject([
      {
        message: 'failed',
        error: {
          name: 'Error',
          message: 'late',
          stack: expect.stringContaining('safe-logger.test'),
          cause: { name: 'Error', message: 'why' },
          status: 503,
        },
      },
    ]);
  });

  it('redacts messages, texts and keys at any depth', () => {
    const { logger, lines } = kept();
    const redact = (text: string) => text.replaceAll('hunter2', '[secret]');
    safeLogger(logger, redact).info('with hunter2', { a: [{ hunter2: 'is hunter2' }] });
    expect(lines).toEqual([{ message: 'with [secret]', a: [{ '[secret]': 'is [secret]' }] }]);
  });
});
