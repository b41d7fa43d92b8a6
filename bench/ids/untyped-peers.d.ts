// Peers without types of their own: what the benchmark calls.
declare module 'ksuid' {
  const KSUID: { randomSync(): { readonly string: string } };
  export = KSUID;
}

declare module 'snowflake-id' {
  class Snowflake {
    constructor(options: { readonly mid: number; readonly offset: number });
    generate(): string;
  }
  const exported: { readonly default: typeof Snowflake };
  export = exported;
}
