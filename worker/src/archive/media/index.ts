export * from './probe.ts';
export * from './normalise.ts';
export * from './fingerprint.ts';
export * from './subtitles.ts';
export * from './embedded-subtitles.ts';
export * from './extract-speech.ts';
