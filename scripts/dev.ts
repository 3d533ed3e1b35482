import { join } from 'node:path';
import { z } from 'zod';
import { nexusHome } from '../cli/src/platform/nexus-home.ts';

const root = join(import.meta.dir, '..');
const Secrets = z.object({ anonKey: z.string() });

/**
 * `bun run dev`: the web with hot reloading on port 5173, beside a Nexus that `npm start` has already brought up. It uses that
 * one's API, data and accounts.
 */
const gateway = `http://127.0.0.1:${process.env.NEXUS_API_PORT || 54_321}`;
const secrets = Bun.file(join(nexusHome(), 'secrets.json'));
if (!(await secrets.exists())) {
  console.error(`Nothing at ${nexusHome()} yet. Start Nexus in another terminal: npm start`);
  process.exit(1);
}
const { anonKey } = Secrets.parse(await secrets.json());

const vite = Bun.spawn([process.execPath, '--bun', join(root, 'node_modules/.bin/vite'), 'dev'], {
  cwd: join(root, 'web'),
  stdio: ['inherit', 'inherit', 'inherit'],
  env: { ...process.env, SUPABASE_URL: gateway, SUPABASE_ANON_KEY: anonKey, PUBLIC_SUPABASE_URL: gateway },
});
process.on('SIGINT', () => vite.kill('SIGINT'));
process.on('SIGTERM', () => vite.kill('SIGTERM'));
process.exit(await vite.exited);
