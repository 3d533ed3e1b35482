export interface FoundDeadline {
  /** The end of the day or hour named, UTC. */
  readonly until: Date;
  /** As the text has it. */
  readonly words: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec янв фев мар апр мая июн июл авг сен окт ноя дек'.split(
  ' ',
);
const WEEKDAYS = [
  ['sunday', 'воскресень'],
  ['monday', 'понедельник'],
  ['tuesday', 'вторник'],
  ['wednesday', 'сред'],
  ['thursday', 'четверг'],
  ['friday', 'пятниц'],
  ['saturday', 'суббот'],
];

const edge = String.raw`(?<![\p{L}\p{N}])`;
const end = String.raw`(?![\p{L}\p{N}])`;
const UNTIL = String.raw`(?:by|until|till|before|on|due|ends?|deadline(?: is)?:?|this|next|до|к|ко|в|во|срок)`;
const MONTH = String.raw`(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек)\p{L}*`;

/** How each way to name a time is read, from when it was written; null when there is no such time. */
const READERS: readonly { pattern: RegExp; read(match: RegExpExecArray, from: Date): Date | null }[] = [
  {
    pattern: rx(String.raw`(\d{4})-(\d\d)-(\d\d)`),
    read: ([, y, m, d]) => dayEnd(Number(y), Number(m) - 1, Number(d)),
  },
  {
    pattern: rx(
      String.raw`(?:in|within|через|в течение)\s+(\d{1,2}|an?|one|two|three)?\s*(hours?|hrs?|days?|weeks?|час\p{L}*|дн\p{L}*|день|недел\p{L}*)`,
    ),
    read: ([, count = '1', unit], from) => new Date(from.getTime() + numberOf(count) * unitOf(unit!)),
  },
  {
    pattern: rx(String.raw`${UNTIL}\s+${MONTH}\.?\s+(\d{1,2})(?:st|nd|rd|th)?`),
    read: ([, month, day], from) => inYear(from, month!, day!),
  },
  {
    pattern: rx(String.raw`${UNTIL}\s+(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?:-?го)?(?: of)?\s+${MONTH}`),
    read: ([, day, month], from) => inYear(from, month!, day!),
  },
  { pattern: rx("tonight|today|сегодня|heute|hoy|aujourd['’]hui"), read: (_, from) => daysOn(from, 0) },
  { pattern: rx('tomorrow|завтра|morgen|mañana|demain'), read: (_, from) => daysOn(from, 1) },
  {
    pattern: rx(
      String.raw`${UNTIL}\s+(sunday|monday|tuesday|wednesday|thursday|friday|saturday|воскресень\p{L}*|понедельник\p{L}*|вторник\p{L}*|сред[уы]|четверг\p{L}*|пятниц\p{L}*|суббот\p{L}*)`,
    ),
    read: ([, name], from) => {
      const wanted = WEEKDAYS.findIndex((names) => names.some((each) => name!.toLowerCase().startsWith(each)));
      return daysOn(from, (wanted - from.getUTCDay() + 7) % 7 || 7);
    },
  },
  {
    pattern: rx('this week|end of (?:the )?week|на этой неделе|до конца недели'),
    read: (_, from) => daysOn(from, (7 - from.getUTCDay()) % 7),
  },
];

/** The first time a post names until which something is wanted, when it is still after it was written. */
export function deadlineOf(text: string, from: Date): FoundDeadline | null {
  for (const { pattern, read } of READERS) {
    const match = pattern.exec(text);
    const until = match && read(match, from);
    if (until && until > from) return { until, words: match[0] };
  }
  return null;
}

const URGENT = rx(
  String.raw`urgent(?:ly)?|asap|as soon as possible|right now|immediately|emergency|help needed|last chance|срочно|как можно скорее|прямо сейчас|немедленно|горит|dringend|sofort|urgente|au plus vite`,
);

/** Words that ask for haste, as the text has them. */
export const haste = (text: string): string | null => URGENT.exec(text)?.[0] ?? null;

function rx(source: string): RegExp {
  return new RegExp(`${edge}(?:${source})${end}`, 'iu');
}

const numberOf = (count: string): number =>
  ({ a: 1, an: 1, one: 1, two: 2, three: 3 })[count.toLowerCase()] ?? Number(count);

const unitOf = (unit: string): number => (/^(?:h|час)/i.test(unit) ? HOUR : /^(?:w|недел)/i.test(unit) ? 7 * DAY : DAY);

const daysOn = (from: Date, days: number): Date | null =>
  dayEnd(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate() + days);

/** The next such day; `from` may be in December. */
function inYear(from: Date, month: string, day: string): Date | null {
  const index = MONTHS.indexOf(month.toLowerCase().slice(0, 3)) % 12;
  if (index < 0 || Number(day) < 1 || Number(day) > 31) return null;
  const thisYear = dayEnd(from.getUTCFullYear(), index, Number(day));
  return thisYear && thisYear > from ? thisYear : dayEnd(from.getUTCFullYear() + 1, index, Number(day));
}

function dayEnd(year: number, month: number, day: number): Date | null {
  const date = new Date(Date.UTC(year, month, day, 23, 59, 59));
  return Number.isNaN(date.getTime()) ? null : date;
}
