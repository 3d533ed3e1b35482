/** whisper.cpp's special tokens of multilingual models. */
const EOT = 50_257;
const ENGLISH = 50_259;
const FIRST_TIMESTAMP = 50_364;
const VOCABULARY = 51_865;

const STATE = 64;
const LAYERS = 4;
const MELS = 80;
const TEXT_CONTEXT = 448;
const AUDIO_CONTEXT = 1500;

/** What it says of every window of sound: five seconds' worth, so that it starts again after five seconds. */
export const WHISPER_TOKENS = [' N', 'exus', ' keeps', ' every', ' recording', '.'];
export const WHISPER_TEXT = WHISPER_TOKENS.join('').trim();
export const WHISPER_SECONDS = 5;

/**
 * A speech model in whisper.cpp's file format that is deaf: whatever it hears, it says `WHISPER_TEXT`. All its layers are zero,
 * and the position alone decides the next word, through the positional embedding. So the real engine can be driven, loading,
 * times, progress and abort included, without 75 MB of weights. 14 MB; format as in whisper.cpp's `whisper_model_load`.
 */
export function makeWhisperModel(): Uint8Array {
  const parts: Uint8Array[] = [];
  const int = (...values: number[]) => parts.push(new Uint8Array(Int32Array.from(values).buffer));
  const bytes = (text: string) => parts.push(new TextEncoder().encode(text));
  const tensor = (name: string, shape: number[], values?: Float32Array) => {
    int(shape.length, name.length, 0, ...shape);
    bytes(name);
    parts.push(new Uint8Array((values ?? new Float32Array(shape.reduce((a, b) => a * b))).buffer));
  };

  int(0x67676d6c, VOCABULARY, AUDIO_CONTEXT, STATE, 1, LAYERS, TEXT_CONTEXT, STATE, 1, LAYERS, MELS, 0);
  int(MELS, 201);
  parts.push(new Uint8Array(new Float32Array(MELS * 201).fill(0.01).buffer));
  int(EOT);
  for (let token = 0; token < EOT; token++) {
    // The engine looks a lone space up, to forbid it at the start; without one it fails.
    const word = new TextEncoder().encode(token === 220 ? ' ' : (WHISPER_TOKENS[token] ?? ` w${token}`));
    int(word.length);
    parts.push(word);
  }

  tensor('encoder.positional_embedding', [STATE, AUDIO_CONTEXT]);
  tensor('encoder.conv1.weight', [3, MELS, STATE]);
  tensor('encoder.conv1.bias', [1, STATE]);
  tensor('encoder.conv2.weight', [3, STATE, STATE]);
  tensor('encoder.conv2.bias', [1, STATE]);
  tensor('encoder.ln_post.weight', [STATE]);
  tensor('encoder.ln_post.bias', [STATE]);
  for (let i = 0; i < LAYERS; i++) layer(`encoder.blocks.${i}`, ['attn']);

  tensor('decoder.positional_embedding', [STATE, TEXT_CONTEXT], positions());
  tensor('decoder.token_embedding.weight', [STATE, VOCABULARY], tokens());
  tensor('decoder.ln.weight', [STATE], new Float32Array(STATE).fill(1));
  tensor('decoder.ln.bias', [STATE]);
  for (let i = 0; i < LAYERS; i++) layer(`decoder.blocks.${i}`, ['attn', 'cross_attn']);
  return Buffer.concat(parts);

  function layer(prefix: string, attentions: string[]) {
    for (const name of ['mlp_ln', ...attentions.map((attention) => `${attention}_ln`)]) {
      tensor(`${prefix}.${name}.weight`, [STATE]);
      tensor(`${prefix}.${name}.bias`, [STATE]);
    }
    tensor(`${prefix}.mlp.0.weight`, [STATE, 4 * STATE]);
    tensor(`${prefix}.mlp.0.bias`, [4 * STATE]);
    tensor(`${prefix}.mlp.2.weight`, [4 * STATE, STATE]);
    tensor(`${prefix}.mlp.2.bias`, [STATE]);
    for (const attention of attentions) {
      for (const part of ['query', 'key', 'value', 'out']) {
        tensor(`${prefix}.${attention}.${part}.weight`, [STATE, STATE]);
        if (part !== 'key') tensor(`${prefix}.${attention}.${part}.bias`, [STATE]);
      }
    }
  }
}

/** Each position has a direction of its own, far longer than any token's. */
function positions(): Float32Array {
  const values = new Float32Array(STATE * TEXT_CONTEXT);
  for (let position = 0; position < TEXT_CONTEXT; position++) values[position * STATE + (position % STATE)] = 100;
  return values;
}

/** The token to be said after a position points where that position points. Positions 0 to 2 are the prompt. */
function tokens(): Float32Array {
  const script = [ENGLISH, 0, FIRST_TIMESTAMP, ...WHISPER_TOKENS.keys(), FIRST_TIMESTAMP + WHISPER_SECONDS * 50, EOT];
  const values = new Float32Array(STATE * VOCABULARY);
  script.forEach((token, position) => {
    if (position !== 1) values[token * STATE + position] = 3;
  });
  return values;
}
