import { createRequire } from 'node:module';

type Linkedom = typeof import('linkedom');

const load = createRequire(import.meta.url);
let linkedom: Linkedom | undefined;

/** linkedom's parser, loaded by the first page: 17 MB of memory that a worker without pages never needs. */
export const parseHTML: Linkedom['parseHTML'] = (html, globals) =>
  (linkedom ??= load('linkedom') as Linkedom).parseHTML(html, globals);
