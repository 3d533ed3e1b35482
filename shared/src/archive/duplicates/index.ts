export * from './continue-item.ts';
export * from './release-duplicates.ts';
export * from './make-duplicate.ts';
export * from './list-duplicate-pairs.ts';
export * from './decide-duplicate.ts';
export * from './undo-verdict.ts';
export * from './keep-duplicate.ts';
