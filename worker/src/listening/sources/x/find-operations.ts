import { X_OPERATIONS, type XOperation } from './protocol.ts';

/** What a script of X's web app tells of the operations that are used here. */
export interface FoundOperations {
  readonly ids: ReadonlyMap<XOperation, string>;
  /** Names of features that they want to be told. */
  readonly features: ReadonlySet<string>;
}

/** As the older build writes an operation, features included, and as the newer one does. */
const OLDER =
  /queryId:"([\w-]{10,40})",operationName:"(\w+)"(?:,operationType:"\w+",metadata:\{featureSwitches:\[([^\]]*)\])?/g;
const NEWER = /params:\{id:"([\w-]{10,40})"(?:(?!params:\{)[^]){0,3000}?name:"(\w+)",operationKind:"/g;

export function findOperations(scripts: readonly string[]): FoundOperations {
  const ids = new Map<XOperation, string>();
  const features = new Set<string>();
  const isWanted = (name: string | undefined): name is XOperation =>
    (X_OPERATIONS as readonly unknown[]).includes(name);
  for (const text of scripts) {
    for (const [, id, name, switches = ''] of text.matchAll(OLDER)) {
      if (id === undefined || !isWanted(name)) continue;
      ids.set(name, id);
      for (const [, feature] of switches.matchAll(/"(\w+)"/g)) if (feature !== undefined) features.add(feature);
    }
    for (const [, id, name] of text.matchAll(NEWER)) if (id !== undefined && isWanted(name)) ids.set(name, id);
  }
  return { ids, features };
}

/** Values of features as the page gives them to its scripts: `"name":{"value":true}`. */
export function findFeatureValues(html: string): Map<string, boolean> {
  const found = html.matchAll(/"(\w{5,100})":\{"value":(true|false)\}/g);
  return new Map([...found].map(([, name = '', value]) => [name, value === 'true']));
}
