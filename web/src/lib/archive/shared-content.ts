/** Encoded twice (as what follows a sign-in) a letter takes ten bytes, and servers accept 16 KB of an address. */
const MOST_DRAFT_CHARACTERS = 800;

export interface SharedContent {
  files: File[];
  /** A single link, wherever the sharing app put it. */
  link: string | null;
  /** All that is not just a link. */
  text: string | null;
  title: string | null;
}

/** What a phone shares (Web Share Target): apps put links into `text` as often as into `url`, with words around them. */
export function sharedContent(form: FormData): SharedContent {
  const read = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const files = form.getAll('files').filter((entry): entry is File => entry instanceof File && entry.size > 0);
  const [title, text, url] = [read('title'), read('text'), read('url')];
  const links = [...new Set(`${url}\n${text}`.match(/https?:\/\/[^\s<>"]+/gi) ?? [])];
  const [link] = links;
  // Apps write "Look at this: https://…". A note that holds several links, or one among many words, is a note.
  const isLink = link !== undefined && (url !== '' || (links.length === 1 && text.length - link.length < 300));
  return {
    files,
    link: isLink ? link : null,
    text: isLink ? null : text || null,
    title: title || null,
  };
}

/** The archive with the dialog open and filled in: nothing is added until the person says so. */
export function draftAddress({ link, text }: SharedContent): string {
  const draft = (link ?? text ?? '').slice(0, MOST_DRAFT_CHARACTERS).toWellFormed();
  return draft ? `/archive?${new URLSearchParams({ add: link ? 'link' : 'text', draft })}` : '/archive?shared=again';
}
