export const x = 'cdc';
