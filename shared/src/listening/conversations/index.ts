export * from './conversation-tree.ts';
export * from './get-conversation.ts';
