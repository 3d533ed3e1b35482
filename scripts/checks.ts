import { join } from 'node:path';
import { capture, type Group, tool } from './run-groups.ts';

const root = join(import.meta.dir, '..');
const bun = process.execPath;
const bin = (name: string) => join(root, 'node_modules/.bin', name);
/** Ten times as quick, and one program for all. Svelte's checker needs version 6, which has its own name. */
const tsc = join(root, 'node_modules/typescript-native/bin/tsc');

/** Needs what `svelte-kit sync` writes. */
const typesOfWeb: Group = {
  name: 'types of web',
  async run() {
    const sync = await capture([bun, '--bun', 'run', 'sync'], { cwd: join(root, 'web') });
    if (sync.exitCode !== 0) return { passed: 0, failed: 1, output: sync.output };
    const command = [bun, '--bun', bin('svelte-check'), '--fail-on-warnings', '--output', 'human'];
    return tool('types of web', command, { cwd: join(root, 'web') }).run();
  },
};

/** Everything that can be said of the code without running it. */
export const checks: readonly Group[] = [
  tool('format', [bun, bin('prettier'), '--check', '--log-level=warn', '.'], { cwd: root }),
  tool('lint', [bin('oxlint'), '--deny-warnings'], { cwd: root }),
  tool('generated types match the migrations', [bun, 'run', 'scripts/generate-types.ts', '--check'], { cwd: root }),
  tool('types', [bun, tsc, '-p', '.'], { cwd: root }),
  typesOfWeb,
  tool('types on Deno', [bin('deno'), 'check', '--quiet', 'main.deno.ts'], { cwd: join(root, 'edge-functions') }),
  tool('unused code', [bun, '--bun', bin('knip'), '--no-progress'], { cwd: root }),
];
