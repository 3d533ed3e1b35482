/** A date as documents write it, as RFC 3339 in UTC; null when it is none or out of this world. */
export function instantOf(text: string | null | undefined): string | null {
  if (!text) return null;
  const milliseconds = Date.parse(text.trim());
  if (Number.isNaN(milliseconds)) return null;
  const year = new Date(milliseconds).getUTCFullYear();
  return year >= 1400 && year <= 2200 ? new Date(milliseconds).toISOString() : null;
}
