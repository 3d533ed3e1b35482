import { type Connection, isProblem } from '../../platform/index.ts';
import type { Model } from '../model.ts';
import { openModel } from '../models/index.ts';

/** A connected model, or with null the offline method where somebody put it in the order of preference. */
export interface ChatModel {
  readonly label: string;
  readonly model: Model | null;
}

/** What can answer, in the order to try. Without any connection the offline method does; one that is wrongly set up is told. */
export function openChatModels(connections: readonly Connection[]): { models: ChatModel[]; warnings: string[] } {
  const models: ChatModel[] = [];
  const warnings: string[] = [];
  for (const connection of connections) {
    try {
      models.push({ label: connection.label, model: openModel(connection.adapter, connection) });
    } catch (error) {
      if (!isProblem(error)) throw error;
      warnings.push(`${connection.label} was not used: ${error.detail}`);
    }
  }
  return { models: models.length > 0 ? models : [{ label: 'Offline', model: null }], warnings };
}
