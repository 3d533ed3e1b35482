const KEPT = 8;

const keyOf = (orgId: string): string => `nexus-searches-${orgId}`;

/** Questions asked in this browser, newest first. */
export function recentSearches(orgId: string): string[] {
  const stored: unknown = JSON.parse(localStorage.getItem(keyOf(orgId)) ?? '[]');
  return Array.isArray(stored) ? stored.filter((query) => typeof query === 'string').slice(0, KEPT) : [];
}

export function rememberSearch(orgId: string, query: string): void {
  const others = recentSearches(orgId).filter((other) => other !== query);
  localStorage.setItem(keyOf(orgId), JSON.stringify([query, ...others].slice(0, KEPT)));
}
