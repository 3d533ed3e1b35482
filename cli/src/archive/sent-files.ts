import { createHash } from 'node:crypto';
import { mkdir, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

const SentFile = z.object({ sizeBytes: z.number(), modifiedMs: z.number(), itemId: z.string().nullable() });
type SentFile = z.infer<typeof SentFile>;
const SentFiles = z.record(z.string(), SentFile);

/** What of a folder was sent to which Nexus, kept between runs so that nothing is sent twice. */
export class SentFilesOfFolder {
  private constructor(
    private readonly file: string,
    private readonly folder: string,
    private readonly sent: Map<string, SentFile>,
  ) {}

  /** `url` is the server's: another one has got nothing yet. */
  static async open(url: string, folder: string): Promise<SentFilesOfFolder> {
    const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
    const name = createHash('sha256').update(`${url}\n${folder}`).digest('hex').slice(0, 32);
    const file = join(state, 'nexus', 'watch', `${name}.json`);
    const stored = (await Bun.file(file).exists()) ? SentFiles.parse(await Bun.file(file).json()) : {};
    return new SentFilesOfFolder(file, folder, new Map(Object.entries(stored)));
  }

  /** Whether the file is as it was when it was sent. */
  async has(path: string): Promise<boolean> {
    const known = this.sent.get(relative(this.folder, path));
    if (!known) return false;
    const { size, mtimeMs } = await stat(path);
    return known.sizeBytes === size && known.modifiedMs === Math.floor(mtimeMs);
  }

  /** The item of a file that was sent, by its path. */
  findItem(matches: (path: string) => boolean): string | undefined {
    const found = [...this.sent].find(([path, { itemId }]) => itemId !== null && matches(join(this.folder, path)));
    return found?.[1].itemId ?? undefined;
  }

  /** Written at once and whole: a killed process forgets at most the file in hand. */
  async add(path: string, itemId: string | null): Promise<void> {
    const { size, mtimeMs } = await stat(path);
    this.sent.set(relative(this.folder, path), { sizeBytes: size, modifiedMs: Math.floor(mtimeMs), itemId });
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    await Bun.write(`${this.file}.new`, JSON.stringify(Object.fromEntries(this.sent)));
    await rename(`${this.file}.new`, this.file);
  }
}
