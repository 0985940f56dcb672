import { batchSizeOf } from '../../../shared/core/event-source';

describe('the batch size of the objects queue', () => {
  it.each([
    { objectsAtOnce: 400, objectsPerMessage: 100, batchSize: 4 },
    { objectsAtOnce: 400, objectsPerMessage: 150, batchSize: 2 },
    { objectsAtOnce: 400, objectsPerMessage: 1, batchSize: 10 },
    { objectsAtOnce: 10, objectsPerMessage: 40, batchSize: 1 },
  ])(
    'is $batchSize where $objectsAtOnce objects are worked on at once and a message has $objectsPerMessage',
    ({ batchSize, ...settings }) => {
      expect(batchSizeOf(settings)).toBe(batchSize);
    },
  );
});
