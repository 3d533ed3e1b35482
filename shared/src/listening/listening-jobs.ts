/** All jobs of the capability; each is defined beside the verbs that queue it. */
export const LISTENING_JOBS = [] as const;
