const SIZE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Decimal units as disks and browsers show them: 1 kB is 1,000 bytes. */
export function formatBytes(sizeBytes: number, locale: string): string {
  let size = sizeBytes;
  let unit = 0;
  while (size >= 999.5 && unit < SIZE_UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 10 ? 0 : 1;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: SIZE_UNITS[unit],
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(size);
}

/** `4:05`, `1:02:09`. Seconds are cut, not rounded, as players do. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** How long work took, in its two largest units: "3 sec", "1 min 20 sec", "2 hr 5 min". Rounded to whole seconds. */
export function formatTaken(seconds: number, locale: string): string {
  const whole = Math.max(1, Math.round(seconds));
  const parts = [
    { unit: 'hour', value: Math.floor(whole / 3600) },
    { unit: 'minute', value: Math.floor((whole % 3600) / 60) },
    { unit: 'second', value: whole % 60 },
  ];
  const first = parts.findIndex(({ value }) => value > 0);
  return parts
    .slice(first, first + 2)
    .filter(({ value }) => value > 0)
    .map(({ unit, value }) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value),
    )
    .join(' ');
}

const STEPS: { unit: Intl.RelativeTimeFormatUnit; seconds: number; below: number }[] = [
  { unit: 'second', seconds: 1, below: 60 },
  { unit: 'minute', seconds: 60, below: 3600 },
  { unit: 'hour', seconds: 3600, below: 86_400 },
  { unit: 'day', seconds: 86_400, below: 7 * 86_400 },
];

/**
 * "2 minutes ago" up to a week, then the day itself. Less than ten seconds is now, and so is the next half minute: the
 * page's clock ticks every 20 s, so what has just happened can lie ahead of it.
 */
export function formatRelative(iso: string, nowMs: number, locale: string): string {
  const seconds = (new Date(iso).getTime() - nowMs) / 1000;
  const distance = Math.abs(seconds);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (distance < 10 || (seconds > 0 && seconds < 30)) return relative.format(0, 'second');
  for (const step of STEPS) {
    if (distance < step.below) return relative.format(Math.trunc(seconds / step.seconds), step.unit);
  }
  const sameYear = new Date(iso).getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: sameYear ? undefined : 'numeric',
  }).format(new Date(iso));
}

/** Day and time in the reader's own zone. */
export function formatExact(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(new Date(iso));
}
