/** Opus in WebM where it is offered; Safari has AAC in MP4. */
const WANTED = ['audio/webm;codecs=opus', 'audio/mp4;codecs=mp4a.40.2', 'audio/mp4', 'audio/ogg;codecs=opus'] as const;

/** Undefined when the browser records nothing that the server reads. */
export const chooseMediaType = (isSupported: (type: string) => boolean): string | undefined => WANTED.find(isSupported);
