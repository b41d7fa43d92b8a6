export { type ConsistencyToken, ConsistencyTokens, TOKEN_HEADER } from './consistency-tokens';
export { InvalidTokenError } from './invalid-token.error';
export { walPosition } from './wal-position';
