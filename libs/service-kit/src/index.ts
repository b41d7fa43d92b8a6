export const x = 'service-kit';
