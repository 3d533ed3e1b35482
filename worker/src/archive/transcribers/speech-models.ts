export { hasModel, MODEL_SETS, SPEECH_MODELS, VOICE_MODELS } from './models.ts';
export { pullModel } from './pull-model.ts';
