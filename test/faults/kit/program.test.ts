import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

/** Runs the kit as a person does. */
function kit(...args: string[]) {
  const program = [require.resolve('tsx/cli'), join(root, 'test/faults/kit.ts'), ...args];
  const { status, stdout } = spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' });
  return { status, lines: stdout.trim().split('\n') };
}

describe('the kit, as a program', () => {
  it('names its guards, one a line', () => {
    const { status, lines } = kit('--list-guards');
    expect(lines).toContain('pending-condition');
    expect(lines.every((line) => /^[a-z-]+$/.test(line))).toBe(true);
    expect(status).toBe(0);
  });

  it('stops at the first finding without a guard, and says so, whatever else is under way', () => {
    const asked = ['--scenario', 'chaos', '--runs', '8', '--without', 'pending-condition'];
    const { status, lines } = kit(...asked, '--seed', '327184061');
    expect(lines.at(-1)).toMatch(/^\d+ passed, 1 failed$/);
    expect(lines.some((line) => line.includes('again: npm run test:faults'))).toBe(true);
    expect(status).toBe(1);
  });
});
