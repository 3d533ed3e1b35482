import { existsSync } from 'node:fs';

/** Whether packages can be installed without a question: as root on Debian or Ubuntu. */
export const mayInstall = (): boolean =>
  existsSync('/etc/debian_version') && process.getuid?.() === 0 && Boolean(Bun.which('apt-get'));

/** Installs a package of the system, asking for a fresh list when the one at hand is too old. */
export async function installPackage(name: string): Promise<boolean> {
  const install = ['install', '-y', '-q', '--no-install-recommends', name];
  return (await apt(install)) || ((await apt(['update', '-q'])) && (await apt(install)));
}

async function apt(args: readonly string[]): Promise<boolean> {
  const child = Bun.spawn(['apt-get', ...args], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return (await child.exited) === 0;
}
