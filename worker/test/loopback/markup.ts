const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' };

export const escapeMarkup = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);

/** Paragraphs as `<p>`, line breaks as `<br>`. */
export const paragraphs = (text: string): string =>
  text
    .split('\n\n')
    .map((part) => `<p>${escapeMarkup(part).replaceAll('\n', '<br />')}</p>`)
    .join('');
