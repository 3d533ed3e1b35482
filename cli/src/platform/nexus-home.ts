import { join, resolve } from 'node:path';

const root = join(import.meta.dir, '../../..');

/** Where the server keeps its data: `NEXUS_HOME`, relative to the project's folder as for `npm start`, whatever folder this runs in. */
export const nexusHome = (): string => resolve(root, process.env.NEXUS_HOME || '.nexus');
