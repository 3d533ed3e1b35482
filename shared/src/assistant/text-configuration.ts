/** What every Postgres from 15 on can stem, with the ISO 639 codes of each language. */
const CODES_BY_CONFIGURATION: Record<string, string> = {
  arabic: 'ar ara',
  armenian: 'hy hye arm',
  basque: 'eu eus baq',
  catalan: 'ca cat',
  danish: 'da dan',
  dutch: 'nl nld dut',
  english: 'en eng',
  finnish: 'fi fin',
  french: 'fr fra fre',
  german: 'de deu ger',
  greek: 'el ell gre',
  hindi: 'hi hin',
  hungarian: 'hu hun',
  indonesian: 'id ind',
  irish: 'ga gle',
  italian: 'it ita',
  lithuanian: 'lt lit',
  nepali: 'ne nep npi',
  norwegian: 'no nor nb nob nn nno',
  portuguese: 'pt por',
  romanian: 'ro ron rum',
  russian: 'ru rus',
  serbian: 'sr srp',
  spanish: 'es spa',
  swedish: 'sv swe',
  tamil: 'ta tam',
  turkish: 'tr tur',
  yiddish: 'yi yid',
};

const CONFIGURATIONS = new Map(
  Object.entries(CODES_BY_CONFIGURATION).flatMap(([name, codes]) =>
    codes.split(' ').map((code) => [code, name] as const),
  ),
);

/** Postgres text search configuration for a BCP 47 tag: `english` for “en-GB”; `simple`, which stems nothing, for the rest. */
export function textConfiguration(language: string | null): string {
  return CONFIGURATIONS.get(language?.toLowerCase().split('-')[0] ?? '') ?? 'simple';
}
