import { getContext, setContext } from 'svelte';
import { IntlMessageFormat } from 'intl-messageformat';
import type english from '#messages/en.json';
import { formatBytes, formatDuration, formatExact, formatRelative, formatTaken } from './format.ts';

export const LOCALES = ['en', 'ru'] as const;
export type Locale = (typeof LOCALES)[number];
export type MessageKey = keyof typeof english;
export type Messages = Record<MessageKey, string>;
export type MessageValues = Record<string, string | number | boolean | Date | null | undefined>;

export const LOCALE_COOKIE = 'nexus-locale';

/** Only the language in use is fetched. */
export async function loadMessages(locale: Locale): Promise<Messages> {
  return locale === 'ru' ? (await import('#messages/ru.json')).default : (await import('#messages/en.json')).default;
}

export interface I18nSource {
  locale: Locale;
  messages: Messages;
  /** The reader's regional form of the language, for example `en-GB`; the language itself when there is none. */
  region?: string;
}

/** The words of one language and its ways to write times, sizes and numbers. */
export class I18n {
  readonly #source: () => I18nSource;
  #formats = new Map<string, IntlMessageFormat>();

  constructor(source: () => I18nSource) {
    this.#source = source;
  }

  get locale(): Locale {
    return this.#source().locale;
  }

  /** The tag that dates and numbers are written by. */
  get region(): string {
    return this.#source().region ?? this.locale;
  }

  /** The message of a key, its ICU arguments filled in. */
  t = (key: MessageKey, values?: MessageValues): string => {
    const { locale, messages } = this.#source();
    const cacheKey = `${locale} ${key}`;
    let format = this.#formats.get(cacheKey);
    if (!format) {
      format = new IntlMessageFormat(messages[key], locale);
      this.#formats.set(cacheKey, format);
    }
    return String(format.format(values));
  };

  /** For keys put together from data, such as a status: the key when there is such a message, else the fallback. */
  has = (key: string): key is MessageKey => key in this.#source().messages;

  number = (value: number, options?: Intl.NumberFormatOptions): string =>
    new Intl.NumberFormat(this.region, options).format(value);

  percent = (share: number): string => this.number(Math.floor(share * 100)) + ' %';

  bytes = (sizeBytes: number): string => formatBytes(sizeBytes, this.region);

  duration = (seconds: number): string => formatDuration(seconds);

  /** How long work took. */
  taken = (seconds: number): string => formatTaken(seconds, this.region);

  relative = (iso: string, nowMs: number): string => formatRelative(iso, nowMs, this.region);

  exact = (iso: string): string => formatExact(iso, this.region);
}

const CONTEXT = Symbol('i18n');

export function setI18n(i18n: I18n): I18n {
  return setContext(CONTEXT, i18n);
}

export function useI18n(): I18n {
  return getContext<I18n>(CONTEXT);
}
