import { NexusError } from '@nexus/shared/platform';

type Serve = Parameters<typeof Bun.serve>[0];

/** Listens, or says in one line that the port is taken and which variable changes it. */
export function listen(options: Serve & { port: number }, variable: string) {
  try {
    return Bun.serve(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EACCES' ? 'needs more rights than this user has' : 'is taken by another program';
    throw new NexusError('conflict', `Port ${options.port} ${why}. Set ${variable} to a free one.`, { cause: error });
  }
}
