export * from './apply-rules.ts';
export { checkPatterns } from './exclude-patterns.ts';
