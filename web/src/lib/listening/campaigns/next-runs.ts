export interface NextRuns {
  /** The next three. */
  next: Date[];
  /** In the coming thirty days, at most a thousand. */
  aMonth: number;
}

const MOST = 1000;
const MONTH_MS = 30 * 24 * 3600 * 1000;

/** When a schedule runs; null when the expression or the time zone cannot be read. */
export async function nextRuns(cron: string, timeZone: string, from = new Date()): Promise<NextRuns | null> {
  const { Cron } = await import('croner');
  let runs: Date[];
  try {
    runs = new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' }).nextRuns(MOST, from);
  } catch (error) {
    // It says what is wrong in words for programmers.
    if (error instanceof Error) return null;
    throw error;
  }
  const end = from.getTime() + MONTH_MS;
  return { next: runs.slice(0, 3), aMonth: runs.filter((run) => run.getTime() <= end).length };
}
