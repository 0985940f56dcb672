import { emulatedLogs } from '../../../localstack/embedded/api/logs';

const filtered = (lines: readonly string[], filterPattern: string): readonly string[] => {
  const logs = emulatedLogs();
  for (const line of lines) logs.add('group', 'function', line);
  const { events } = logs.handle('FilterLogEvents', { logGroupName: 'group', filterPattern });
  return (events as readonly { readonly message: string }[]).map(({ message }) => message);
};

describe('the emulated logs', () => {
  it('match a pattern against lines that are JSON objects, and skip all others', () => {
    const wanted = '{"runId":"a","level":"INFO"}';
    const lines = ['{"runId":"b"}', 'no JSON', 'null', '1', '"runId"', '[]', wanted];
    expect(filtered(lines, '{ $.runId = "a" && $.level = "INFO" }')).toEqual([wanted]);
  });

  it('return every line for an empty pattern', () => {
    expect(filtered(['null', 'text'], '')).toEqual(['null', 'text']);
  });
});
