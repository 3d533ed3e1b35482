/** `bun run bench [-- PART…] [--write]`: one JSON line per figure on standard output, progress on standard error. */
import { loadavg } from 'node:os';
import type { Figure } from './bench/figure.ts';
import { PARTS } from './bench/parts.ts';
import { writeFigures } from './bench/write-figures.ts';

const args = process.argv.slice(2).filter((arg) => arg !== '--');
const names = args.filter((arg) => !arg.startsWith('--'));
const unknown = [
  ...names.filter((name) => !PARTS.some((part) => part.name === name)),
  ...args.filter((arg) => arg.startsWith('--') && arg !== '--write'),
];
if (unknown.length > 0) {
  console.error(
    `Not known: ${unknown.join(', ')}. Parts: ${PARTS.map(({ name }) => name).join(', ')}. Option: --write`,
  );
  process.exit(2);
}

const loadBefore = loadavg()[0] ?? 0;
const figures: Figure[] = [];
const leftOut = new Map<string, string>();
let hasFailed = false;
for (const { name, run } of PARTS) {
  if (names.length > 0 && !names.includes(name)) continue;
  const startedAt = performance.now();
  try {
    const measured = await run();
    if (typeof measured === 'string') leftOut.set(name, measured);
    else figures.push(...measured);
    if (typeof measured === 'string') console.error(`${name}: left out, ${measured}`);
    else for (const figure of measured) console.log(JSON.stringify(figure));
  } catch (error) {
    // One part that breaks takes its own figures along, not the others'.
    hasFailed = true;
    leftOut.set(name, 'it failed');
    console.error(`${name}: failed`, error);
  }
  console.error(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
}
if (args.includes('--write')) await writeFigures({ figures, leftOut, loadBefore });
process.exit(hasFailed ? 1 : 0);
