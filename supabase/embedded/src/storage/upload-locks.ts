import { ERRORS, type Locker } from '@tus/server';

interface Held {
  requestRelease: () => void | Promise<void>;
  waiters: (() => void)[];
}

/** A client that comes back while its old connection still counts as open may wait this long for it to let go. */
const WAIT_MILLISECONDS = 30_000;

/**
 * One request per upload at a time. A second one asks the first to stop and waits its turn; `@tus/server`'s own memory
 * locker waits in a busy loop, which would starve the database in the same process.
 */
export function createUploadLocks(): Locker {
  const locks = new Map<string, Held>();

  function acquire(id: string, requestRelease: () => void | Promise<void>, signal: AbortSignal): Promise<void> {
    const held = locks.get(id);
    if (!held) {
      locks.set(id, { requestRelease, waiters: [] });
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const stopWaiting = (): void => {
        held.waiters = held.waiters.filter((waiter) => waiter !== proceed);
        clearTimeout(timer);
        signal.removeEventListener('abort', stopWaiting);
        reject(ERRORS.ERR_LOCK_TIMEOUT);
      };
      const timer = setTimeout(stopWaiting, WAIT_MILLISECONDS);
      const proceed = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stopWaiting);
        held.requestRelease = requestRelease;
        resolve();
      };
      signal.addEventListener('abort', stopWaiting);
      held.waiters.push(proceed);
      void held.requestRelease();
    });
  }

  function release(id: string): void {
    const next = locks.get(id)?.waiters.shift();
    if (next) next();
    else locks.delete(id);
  }

  return {
    newLock: (id) => ({
      lock: (signal, requestRelease) => acquire(id, requestRelease, signal),
      unlock: () => Promise.resolve(release(id)),
    }),
  };
}
