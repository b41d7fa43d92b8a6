export { leaseQuery } from './lease-query';
