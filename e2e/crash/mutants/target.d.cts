/** See `target.cjs`. */
export function target(file: string, className: string, method: string): { readonly type: unknown; readonly original: unknown };
