class PaletteState {
  open = $state<'palette' | 'shortcuts' | null>(null);

  show(which: 'palette' | 'shortcuts'): void {
    this.open = which;
  }

  close(): void {
    this.open = null;
  }
}

/** Which overlay of the shell is open. Only ever changed by a person in the browser, so one per window is right. */
export const palette = new PaletteState();
