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

/**
 * `docs/figures.md`: what was asked for beside what was measured, the missed ones by name. A run of some parts leaves the rows of
 * the others as they were, with their dates.
 */
export async function writeFigures(run: BenchRun): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const before = await earlierRows();
  const rows = GOALS.map(({ figure: name, label, bound }) => {
    const measured = run.figures.find((figure) => figure.name === name);
    const goal = bound ? `${bound.kind === 'at most' ? '≤' : '≥'} ${bound.value}` : '–';
    if (!measured) return before.get(label) ?? `| ${label} | ${goal} | not measured | | | |`;
    const value = `${measured.value} ${measured.unit}`;
    const shown = isMissed(measured) ? `**${value}, missed**` : value;
    return `| ${label} | ${goal} | ${shown} | ${measured.n} | ${today} | ${measured.note} |`;
  });
  const missed = GOALS.filter((_, index) => rows[index]?.includes(', missed**')).map(({ label }) => label);
  const leftOut = [...run.leftOut].map(([part, why]) => `\`${part}\` was left out: ${why}.`);

  const text = [
    '# Figures',
    `Measured by \`bun run bench -- --write\`, the latest on ${today}: ${machine()}, load ${run.loadBefore.toFixed(1)} before. Embedded mode unless the note says otherwise; what measures runs on the same cores.`,
    missed.length > 0 ? `Missed: ${missed.join('; ')}.` : 'No goal was missed.',
    ...leftOut,
    ['| figure | goal | measured | n | on | note |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
  await Bun.write(PATH, await format(text, { parser: 'markdown', printWidth: 120 }));
}

/** The rows of the table as it stands, by their label. */
async function earlierRows(): Promise<Map<string, string>> {
  const file = Bun.file(PATH);
  const lines = (await file.exists()) ? (await file.text()).split('\n') : [];
  const rows = lines.map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  return new Map(
    rows
      .filter((cells) => cells.length === 8 && cells[3] !== 'not measured')
      .map((cells) => [cells[1] ?? '', `| ${cells.slice(1, 7).join(' | ')} |`]),
  );
}

function machine(): string {
  const [first] = cpus();
  return `${cpus().length} cores (${first?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 1e9)} GB of memory, ${process.platform}`;
}
