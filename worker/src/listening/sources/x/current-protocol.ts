import { type XProtocol, XProtocol as Schema } from './protocol.ts';
import { SHIPPED_PROTOCOL } from './shipped-protocol.ts';

/**
 * The stored description of how X speaks, when it is newer than the shipped one and can be read; else the shipped one. One written by
 * another release in another form is no reason to stop.
 */
export function currentProtocol(stored: unknown): XProtocol {
  const read = Schema.safeParse(stored);
  return read.success && read.data.version > SHIPPED_PROTOCOL.version ? read.data : SHIPPED_PROTOCOL;
}
