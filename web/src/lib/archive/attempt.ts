/** Does something that may be refused and says so in a notice; with `done`, success is told too. */
export type Attempt = (work: () => Promise<void>, done?: string) => Promise<void>;
