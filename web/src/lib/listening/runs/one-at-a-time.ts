/**
 * Work that many events ask for: it never runs twice at once, and whatever is asked for meanwhile is done by one more round, after a
 * pause. The promise ends when all of it is done.
 */
export function oneAtATime(work: () => Promise<unknown>, pauseMs = 0): () => Promise<void> {
  let running: Promise<void> | undefined;
  let isAskedAgain = false;

  const rounds = async () => {
    for (;;) {
      isAskedAgain = false;
      await work();
      if (!isAskedAgain) return;
      if (pauseMs > 0) await new Promise((goOn) => setTimeout(goOn, pauseMs));
    }
  };
  return () => {
    if (running) isAskedAgain = true;
    else running = rounds().finally(() => (running = undefined));
    return running;
  };
}
