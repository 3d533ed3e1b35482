export const SCHEDULES = ['off', 'hourly', 'six-hours', 'daily', 'weekdays', 'custom'] as const;
export type Schedule = (typeof SCHEDULES)[number];

export interface ScheduleChoice {
  schedule: Schedule;
  /** `HH:MM`, for daily and weekdays. */
  time: string;
  /** For custom. */
  cron: string;
}

const DAILY = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5)$/;

/** The plain choice that a cron expression is; custom when it is none of them. */
export function scheduleOf(cron: string | null): ScheduleChoice {
  const choice = { time: '09:00', cron: cron ?? '' };
  if (cron === null) return { ...choice, schedule: 'off' };
  if (cron === '0 * * * *') return { ...choice, schedule: 'hourly' };
  if (cron === '0 */6 * * *') return { ...choice, schedule: 'six-hours' };
  const daily = DAILY.exec(cron);
  if (!daily) return { ...choice, schedule: 'custom' };
  const time = `${daily[2]!.padStart(2, '0')}:${daily[1]!.padStart(2, '0')}`;
  return { ...choice, time, schedule: daily[3] === '*' ? 'daily' : 'weekdays' };
}

export function cronOf({ schedule, time, cron }: ScheduleChoice): string | null {
  const [hour = 9, minute = 0] = time.split(':').map(Number);
  switch (schedule) {
    case 'off':
      return null;
    case 'hourly':
      return '0 * * * *';
    case 'six-hours':
      return '0 */6 * * *';
    case 'daily':
      return `${minute} ${hour} * * *`;
    case 'weekdays':
      return `${minute} ${hour} * * 1-5`;
    case 'custom':
      return cron.trim();
  }
}
