export { hasModel, SPEECH_MODELS } from './models.ts';
export { pullModel } from './pull-model.ts';
