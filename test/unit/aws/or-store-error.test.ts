import { isOurFault, orStoreError } from '../../../shared/aws/send';
import { StoreError } from '../../../shared/core/errors';
import { decideRetry } from '../../../shared/core/retry';

const named = (name: string, more: object = {}) =>
  Object.assign(new Error('said so'), { name, ...more });
const failing = (error: unknown) =>
  orStoreError('PutItem', () => Promise.reject(error as Error)).catch((thrown: unknown) => thrown);
const limits = { attempts: 5, secondsLeft: 60, random: 0 };

describe('a call of AWS that fails', () => {
  it.each([
    named('ThrottlingException'),
    named('TimeoutError'),
    named('Error', { code: 'ECONNREFUSED' }),
    named('SyntaxError', { $metadata: {} }),
  ])('because of AWS or the network is a StoreError, which uses no attempt', async (cause) => {
    const error = await failing(cause);
    expect(error).toMatchObject({ name: 'StoreError', cause });
    expect(decideRetry(error, { attempt: 5 }, limits)).toMatchObject({ kind: 'retry', attempt: 5 });
  });

  it.each([
    'ValidationException',
    'SerializationException',
    'RequestEntityTooLarge',
    'InvalidParameterValue',
    'AWS.SimpleQueueService.BatchRequestTooLong',
    'InvalidMessageContents',
  ])('because of what it was given (%s) is refused, and not tried again', async (name) => {
    const error = await failing(named(name));
    expect(error).toMatchObject({ name: 'RefusedError', message: `PutItem: ${name}: said so` });
    expect(decideRetry(error, { attempt: 1 }, limits)).toEqual({ kind: 'fail' });
  });

  it.each([new TypeError('ours'), new RangeError('ours')])(
    'because of a fault of this code throws it as it is, and uses an attempt',
    async (fault) => {
      expect(isOurFault(fault)).toBe(true);
      expect(await failing(fault)).toBe(fault);
      expect(decideRetry(fault, { attempt: 1 }, limits)).toMatchObject({
        kind: 'retry',
        attempt: 2,
      });
      expect(decideRetry(fault, { attempt: 5 }, limits)).toEqual({ kind: 'fail' });
    },
  );

  it('with an error of Pollard throws it as it is', async () => {
    const error = new StoreError('the run vanished');
    expect(await failing(error)).toBe(error);
  });
});
