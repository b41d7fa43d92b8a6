export const x = 'event-bus';
