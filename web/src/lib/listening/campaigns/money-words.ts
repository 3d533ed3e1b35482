import type { I18n } from '#lib/platform/i18n.ts';

/** US dollars; less than ten cents with as many digits as it takes to say something. */
export function moneyWords(usd: number, i18n: Pick<I18n, 'number'>): string {
  return i18n.number(usd, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: usd > 0 && usd < 0.1 ? 4 : 2,
  });
}
