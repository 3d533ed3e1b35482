/** An address from outside as a link may have it: only the web's own schemes lead anywhere. */
export function safeAddress(address: string | null): string | undefined {
  return address !== null && /^https?:\/\/[^\s]+$/i.test(address) ? address : undefined;
}
