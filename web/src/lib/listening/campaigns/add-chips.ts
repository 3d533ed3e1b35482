export interface ChipRules {
  sign: '#' | '@' | '';
  splitsAtComma: boolean;
  atMost: number;
  maxlength: number;
}

/** The values with those that the text holds, one a line or between commas; none twice, none too long, no more than allowed. */
export function addChips(values: readonly string[], text: string, rules: ChipRules): string[] {
  const known = new Set(values.map((value) => value.toLowerCase()));
  const all = [...values];
  for (const part of text.split(rules.splitsAtComma ? /[\n,]/ : /\n/)) {
    const value = withoutSign(part.trim(), rules.sign).slice(0, rules.maxlength).trim();
    if (value === '' || known.has(value.toLowerCase()) || all.length >= rules.atMost) continue;
    known.add(value.toLowerCase());
    all.push(value);
  }
  return all;
}

const withoutSign = (value: string, sign: string): string =>
  sign !== '' && value.startsWith(sign) ? value.slice(1).trim() : value;
