/** Who may call a route. Members, unless a decorator says otherwise. */
export type Access = 'member' | 'public' | 'admin';

/** Metadata key of the {@link Access} of a controller or handler. */
export const ACCESS = 'madang:access';
/** The same in the OpenAPI document while it is built; see `completeDocument`. */
export const ACCESS_EXTENSION = 'x-access';
