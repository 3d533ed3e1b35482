const LONGEST_LINE = 64 * 1024;

/** Cuts a byte stream into lines ending in `\n` or `\r` (progress meters). Longer lines than 64 KiB are cut, not kept growing. */
export function lineSplitter(onLine: (line: string) => void): { write(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder();
  let rest = '';

  const emit = (line: string) => {
    if (line !== '') onLine(line);
  };

  return {
    write(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r/);
      rest = lines.pop() ?? '';
      for (const line of lines) emit(line);
      if (rest.length > LONGEST_LINE) {
        emit(rest.slice(0, LONGEST_LINE));
        rest = '';
      }
    },
    end() {
      emit(rest + decoder.decode());
      rest = '';
    },
  };
}
