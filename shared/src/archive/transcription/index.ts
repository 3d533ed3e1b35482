export * from './contracts.ts';
export * from './list-terms.ts';
export * from './add-terms.ts';
export * from './remove-term.ts';
export * from './get-speech-settings.ts';
export * from './change-speech-settings.ts';
export * from './list-transcript-runs.ts';
