/** A cookie's value in the header `Cookie`, if it is there. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const found = header?.split(/; */).find((cookie) => cookie.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}
