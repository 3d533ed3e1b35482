/** A path on this site to go on to after signing in; anything that could leave the site becomes the library. */
export function safeNext(next: string | null | undefined): string {
  if (!next?.startsWith('/') || /^\/[/\\]/.test(next) || /[\u0000-\u001f]/.test(next)) return '/archive';
  return next;
}
