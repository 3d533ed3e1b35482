export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = 'nexus-theme';

/** What the cookie says, or the system's choice. */
export function parseTheme(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system';
}

/** Changes the page at once and remembers for a year; the server renders the same from then on, so nothing flashes. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  rememberChoice(THEME_COOKIE, theme);
}

/** A preference of this browser, readable by scripts: it says nothing about who someone is. */
export function rememberChoice(cookie: string, value: string): void {
  document.cookie = `${cookie}=${value}; path=/; max-age=${365 * 24 * 3600}; samesite=lax`;
}
