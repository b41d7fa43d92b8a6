export { observeGenerator } from './generator.metrics';
export { observeLease, observeLeaseLost } from './lease.metrics';
