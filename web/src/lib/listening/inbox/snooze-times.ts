/** When people usually want to look again, in their own zone. */
export function snoozeTimes(now: Date): { key: 'hours' | 'tomorrow' | 'week'; at: Date }[] {
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 9);
  const daysToMonday = (8 - now.getDay()) % 7 || 7;
  return [
    { key: 'hours', at: new Date(now.getTime() + 3 * 3_600_000) },
    { key: 'tomorrow', at: tomorrow },
    { key: 'week', at: new Date(now.getFullYear(), now.getMonth(), now.getDate() + daysToMonday, 9) },
  ];
}

/** As `<input type="datetime-local">` has it. */
export function localTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
