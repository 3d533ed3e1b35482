/** At most so many UTF-16 units with what was cut marked; never half of a character, never empty. */
export function shortened(text: string, most: number): string {
  const whole = text.trim();
  if (whole.length <= most) return whole === '' ? '–' : whole;
  return `${whole.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

export const oneLine = (text: string, most: number): string => shortened(text.replaceAll(/\s+/g, ' '), most);
