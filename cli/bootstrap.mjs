// Runs on any Node ≥ 20: brings Bun, installs what the lock file names, then hands over. Everything else runs under Bun.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUN_VERSION = '1.4.4';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.tools');
const bun = join(tools, 'bun', 'node_modules', 'bun', 'bin', 'bun.exe');

const COMMANDS = {
  start: ['cli/src/up.ts'],
  test: ['scripts/test.ts'],
  bench: ['scripts/bench.ts'],
  nexus: ['cli/src/nexus.ts'],
};

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function hasBun() {
  return existsSync(bun) && spawnSync(bun, ['--version'], { encoding: 'utf8' }).stdout?.trim() === BUN_VERSION;
}

function bringBun() {
  if (hasBun()) return;
  process.stderr.write(`Bringing Bun ${BUN_VERSION} (once)\n`);
  const folder = join(tools, 'bun');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { bun: BUN_VERSION } }));
  const npm = spawnSync(
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    },
  );
  if (npm.status !== 0) fail('npm could not install Bun. Check the network, then try again.');
  // npm may be told to run no install scripts; this one only puts the binary of this platform in its place.
  if (!hasBun())
    spawnSync(process.execPath, ['install.js'], { cwd: join(folder, 'node_modules', 'bun'), stdio: 'inherit' });
  if (!hasBun()) fail(`Bun ${BUN_VERSION} does not run on this machine (${process.platform} ${process.arch}).`);
}

/** Installs when the lock file or the folder changed; `bun install` itself would take a third of a second every time. */
function install() {
  const stamp = join(root, 'node_modules', '.nexus-installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'bun.lock')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('Installing packages (once)\n');
  const result = spawnSync(bun, ['install', '--frozen-lockfile', '--silent'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status !== 0) fail('The packages could not be installed. Check the network and the disk, then try again.');
  writeFileSync(stamp, wanted);
}

const [name, ...rest] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) fail(`Usage: node cli/bootstrap.mjs ${Object.keys(COMMANDS).join('|')}`);
if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or newer is needed, this is ${process.version}.`);
bringBun();
install();

// The CLI works on the caller's files, so it stays in the caller's folder (npm remembers it); the rest is at home here.
const cwd = name === 'nexus' ? (process.env.INIT_CWD ?? process.cwd()) : root;
const child = spawn(bun, ['run', join(root, command[0]), ...rest], {
  cwd,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${dirname(bun)}:${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
    NEXUS_PARENT: String(process.pid),
  },
});
// Ctrl-C reaches the child by itself; what is sent to this process alone has to be passed on.
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'])
  process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
// npm ends without telling what it started; whoever is gone cannot be waiting for us.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) child.kill('SIGTERM');
}, 250).unref();
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
