/** What plays and where it is. The media element does the work; this is how the rest of the page sees it. */
export class Playback {
  currentSeconds = $state(0);
  durationSeconds = $state(0);
  isPaused = $state(true);
  /** The same at every frame while it plays, for following words; `currentSeconds` changes four times a second. */
  frameSeconds = $state(0);
  rate = $state(1);
  #element: HTMLMediaElement | undefined;
  /** Asked for before the element was ready, as by a link to a second. */
  #wantedSeconds: number | undefined;

  /** Svelte attachment for the audio or video element. */
  attach = (element: HTMLMediaElement): (() => void) => {
    this.#element = element;
    const listen = (type: string, listener: () => void) => element.addEventListener(type, listener);
    const read = () => (this.currentSeconds = this.frameSeconds = element.currentTime);
    listen('timeupdate', read);
    listen('seeking', read);
    listen('play', () => {
      this.isPaused = false;
      this.#followFrames(element);
    });
    listen('pause', () => (this.isPaused = true));
    const onMetadata = () => {
      if (Number.isFinite(element.duration)) this.durationSeconds = element.duration;
      element.playbackRate = this.rate;
      if (this.#wantedSeconds !== undefined) element.currentTime = this.#wantedSeconds;
      this.#wantedSeconds = undefined;
    };
    listen('loadedmetadata', onMetadata);
    if (element.readyState >= HTMLMediaElement.HAVE_METADATA) onMetadata();
    return () => (this.#element = undefined);
  };

  #followFrames(element: HTMLMediaElement): void {
    if (element.paused || element !== this.#element) return;
    this.frameSeconds = element.currentTime;
    requestAnimationFrame(() => this.#followFrames(element));
  }

  /** A few seconds back or on. */
  skip(seconds: number): void {
    this.seek(this.currentSeconds + seconds);
  }

  seek(seconds: number): void {
    const target = Math.max(0, this.durationSeconds ? Math.min(seconds, this.durationSeconds) : seconds);
    this.currentSeconds = this.frameSeconds = target;
    if (this.#element && this.#element.readyState >= HTMLMediaElement.HAVE_METADATA) this.#element.currentTime = target;
    else this.#wantedSeconds = target;
  }

  /** Resolves when sound starts; a browser may refuse before the first click, which leaves it paused. */
  async play(): Promise<void> {
    await this.#element?.play().catch((error: unknown) => {
      if (!(error instanceof DOMException)) throw error;
    });
  }

  async toggle(): Promise<void> {
    if (this.isPaused) await this.play();
    else this.#element?.pause();
  }

  setRate(rate: number): void {
    this.rate = rate;
    if (this.#element) this.#element.playbackRate = rate;
  }

  /** Remembers the place before the source is exchanged. */
  keepPlace(): void {
    this.#wantedSeconds = this.currentSeconds;
  }
}
