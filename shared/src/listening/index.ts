export * from './post-contracts.ts';
export * from './campaign-contracts.ts';
export * from './run-contracts.ts';
export * from './judging-contracts.ts';
export * from './posts/read-posts.ts';
export * from './listening-jobs.ts';
export * from './judging/index.ts';
