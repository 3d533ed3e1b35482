import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import type { Figure } from './figure.ts';
import { GOALS, isMissed } from './goals.ts';

const PATH = join(import.meta.dir, '../../docs/figures.md');

export interface BenchRun {
  figures: readonly Figure[];
  /** Why a part could not be measured, by its name. */
  leftOut: ReadonlyMap<string, string>;
  /** How many programs wanted a core in the minute before: what is measured beside others is slower. */
  loadBefore: number;
}

/** `docs/figures.md`: what was asked for beside what was measured, the missed ones by name. */
export async function writeFigures(run: BenchRun): Promise<void> {
  const rows = GOALS.map(({ figure: name, label, bound }) => {
    const measured = run.figures.find((figure) => figure.name === name);
    const goal = bound ? `${bound.kind === 'at most' ? '≤' : '≥'} ${bound.value}` : '–';
    if (!measured) return `| ${label} | ${goal} | not measured | | |`;
    const value = `${measured.value} ${measured.unit}`;
    return `| ${label} | ${goal} | ${isMissed(measured) ? `**${value}, missed**` : value} | ${measured.n} | ${measured.note} |`;
  });
  const missed = run.figures.filter(isMissed).map(({ name }) => GOALS.find(({ figure }) => figure === name)!.label);
  const leftOut = [...run.leftOut].map(([part, why]) => `\`${part}\` was left out: ${why}.`);

  const text = [
    '# Figures',
    `Measured by \`bun run bench -- --write\` on ${new Date().toISOString().slice(0, 10)}: ${machine()}, load ${run.loadBefore.toFixed(1)} before. Embedded mode unless the note says otherwise; what measures runs on the same cores.`,
    missed.length > 0 ? `Missed: ${missed.join('; ')}.` : 'No goal was missed.',
    ...leftOut,
    ['| figure | goal | measured | n | note |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
  await Bun.write(PATH, await format(text, { parser: 'markdown', printWidth: 120 }));
}

function machine(): string {
  const [first] = cpus();
  return `${cpus().length} cores (${first?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 1e9)} GB of memory, ${process.platform}`;
}
