import { join } from 'node:path';
import { capture, type Group } from './run-groups.ts';

const root = join(import.meta.dir, '..');

/** `supabase/tests/*.test.sql` in the embedded database, counted by pgTAP's own results. */
export const pgtapTests: Group = {
  name: 'pgTAP',
  async run() {
    const { exitCode, output } = await capture([process.execPath, 'run', 'supabase/embedded/src/run-pgtap.ts'], {
      cwd: root,
    });
    const match = /^(\d+) passed, (\d+) failed$/m.exec(output);
    const passed = Number(match?.[1] ?? 0);
    const failed = Number(match?.[2] ?? 0);
    return { passed, failed: exitCode !== 0 && failed === 0 ? 1 : failed, output };
  },
};
