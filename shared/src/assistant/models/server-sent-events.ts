/** Reads a `text/event-stream` body: the data of each event in order, as the HTML standard defines them. */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let buffer = '';
  let lines: string[] = [];
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes(value.length);
    buffer += value;

    // A lone CR at the very end may be half of a CRLF: it waits for the next piece.
    let match: RegExpExecArray | null;
    while ((match = /\r\n|\n|\r(?!$)/.exec(buffer))) {
      const line = buffer.slice(0, match.index);
      buffer = buffer.slice(match.index + match[0].length);
      if (line !== '') {
        if (line.startsWith('data:')) lines.push(line.slice(5).replace(/^ /, ''));
        continue;
      }
      if (lines.length > 0) yield lines.join('\n');
      lines = [];
    }
  }
}
