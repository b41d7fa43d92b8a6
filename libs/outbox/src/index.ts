export const x = 'outbox';
