import { SvelteMap } from 'svelte/reactivity';
import type { LiveListener, LiveTopic } from './live-topic.svelte.ts';

/** Rows the page loaded, kept current by a private broadcast topic. One per component, never global. */
export class LiveRows<Row extends { id: string }> {
  #rows = new SvelteMap<string, Row>();

  constructor(initial: readonly Row[] = []) {
    this.put(...initial);
  }

  get list(): Row[] {
    return [...this.#rows.values()];
  }

  get = (id: string): Row | undefined => this.#rows.get(id);

  /** Adds rows or takes their newer versions. */
  put(...rows: readonly Row[]): void {
    for (const row of rows) this.#rows.set(row.id, row);
  }

  /** Everything that was there goes; for a new filter. */
  replace(rows: readonly Row[]): void {
    this.#rows.clear();
    this.put(...rows);
  }

  /** Changes some fields of a row. False when there is no such row, so the caller can load it. */
  patch(id: string, change: Partial<Row>): boolean {
    const row = this.#rows.get(id);
    if (row) this.#rows.set(id, { ...row, ...change });
    return row !== undefined;
  }

  remove(...ids: readonly string[]): void {
    for (const id of ids) this.#rows.delete(id);
  }

  /** Starts following; the returned function stops. A reconnect reloads, so nothing missed stays missed. */
  follow(topic: Pick<LiveTopic, 'listen'>, handlers: LiveListener): () => void {
    return topic.listen(handlers);
  }
}
