import { email } from './email.ts';
import type { Notifier } from './notifier.ts';
import { slack } from './slack.ts';

/** Every place for messages there is; adding one is a file and a line here. */
export const NOTIFIERS: readonly Notifier[] = [slack, email];

export const notifierById = (id: string): Notifier | undefined => NOTIFIERS.find((notifier) => notifier.id === id);
