/** What one account may still ask of one operation, as X counts it: so many requests, then nothing until the window ends. */
export function xWindows({ requests, seconds }: { requests: number; seconds: number }, now: () => Date) {
  const windows = new Map<string, { used: number; resetsAt: number }>();
  const at = () => now().getTime() / 1000;
  const fresh = () => ({ used: 0, resetsAt: Math.floor(at()) + seconds });
  const current = (account: string, operation: string) => {
    const known = windows.get(`${account} ${operation}`);
    return known && known.resetsAt > at() ? known : fresh();
  };

  return {
    /** False: it is used up. */
    use(account: string, operation: string): boolean {
      const window = current(account, operation);
      windows.set(`${account} ${operation}`, window);
      window.used += 1;
      return window.used <= requests;
    },
    headers(account: string, operation: string): Record<string, string | number> {
      const { used, resetsAt } = current(account, operation);
      return {
        'x-rate-limit-limit': requests,
        'x-rate-limit-remaining': Math.max(0, requests - used),
        'x-rate-limit-reset': resetsAt,
      };
    },
  };
}
