export interface ByteLine {
  /** Null when it is longer than can be a line. */
  readonly text: string | null;
  /** Where the next line begins, in bytes from the beginning of the stream. */
  readonly end: number;
}

const NEW_LINE = 10;

/** Cuts a stream into lines. Holds no more than one of them, and of one that is too long nothing. */
export async function* byteLines(stream: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<ByteLine> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let isTooLong = false;
  let position = 0;
  const hold = (part: Uint8Array) => {
    heldBytes += part.byteLength;
    isTooLong ||= heldBytes > mostBytes;
    if (isTooLong) held = [];
    else held.push(part);
  };
  const take = (): string | null => {
    const text = isTooLong ? null : new TextDecoder().decode(Buffer.concat(held));
    held = [];
    heldBytes = 0;
    isTooLong = false;
    return text;
  };

  for await (const chunk of stream) {
    let start = 0;
    for (let at = chunk.indexOf(NEW_LINE); at >= 0; at = chunk.indexOf(NEW_LINE, start)) {
      hold(chunk.subarray(start, at));
      start = at + 1;
      yield { text: take(), end: position + start };
    }
    hold(chunk.subarray(start));
    position += chunk.byteLength;
  }
  if (heldBytes > 0) yield { text: take(), end: position };
}
