export * from './embed-missing.ts';
export * from './embedding-index.ts';
export * from './get-embedding-state.ts';
export * from './queue-reembedding.ts';
export * from './serving-embedder.ts';
