export type LibraryViewKind = 'list' | 'grid';

export const VIEW_COOKIE = 'nexus-library-view';
const YEAR_SECONDS = 31_536_000;

/** In a cookie, so that the server draws the first page the way it will stay. */
export function rememberView(view: LibraryViewKind): void {
  document.cookie = `${VIEW_COOKIE}=${view}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

export const viewFrom = (cookie: string | undefined): LibraryViewKind => (cookie === 'grid' ? 'grid' : 'list');
