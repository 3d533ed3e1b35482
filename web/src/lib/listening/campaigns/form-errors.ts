/** What the API found wrong below a path, such as `query.keywords`: with that field itself or with one of its values. */
export function errorsBelow(fields: Readonly<Record<string, string[]>>, path: string): string[] {
  const found = Object.entries(fields).flatMap(([name, errors]) =>
    name === path || name.startsWith(`${path}.`) ? errors : [],
  );
  return [...new Set(found)];
}
