import { ApiProblem } from './api.ts';

const RENEW_BEFORE_SECONDS = 60;

/** The access token the page holds. Renewed through `/session` shortly before it ends; the refresh token never comes here. */
export class BrowserSession {
  #current: Session;
  #renewing: Promise<Session> | undefined;

  constructor(initial: Session) {
    this.#current = initial;
  }

  /** Takes what a load of the page brought along, when that lasts longer. */
  adopt(session: Session): void {
    if (session.expiresAtSeconds > this.#current.expiresAtSeconds) this.#current = session;
  }

  /** A token good for at least a minute. Throws `ApiProblem` 401 when the session has ended. */
  token = async (): Promise<string> => {
    const left = this.#current.expiresAtSeconds - Date.now() / 1000;
    if (left > RENEW_BEFORE_SECONDS) return this.#current.accessToken;
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    this.#current = await this.#renewing;
    return this.#current.accessToken;
  };

  async #renew(): Promise<Session> {
    const response = await fetch('/session', { method: 'POST' });
    if (response.status === 401) {
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    }
    if (!response.ok) throw new ApiProblem(response.status, 'sign-in-needed', 'Your session has ended. Sign in again.');
    return (await response.json()) as Session;
  }
}
