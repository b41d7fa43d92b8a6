export interface Format {
  readonly format: string;
  readonly description: string;
  readonly bits: number;
  readonly ordered: boolean;
}

export interface Reading {
  readonly format: string;
  readonly preset?: string;
  readonly id: string;
  readonly time: string | null;
  readonly hex: string;
  readonly fields: readonly { readonly name: string; readonly bits: number; readonly value: string; readonly meaning: string }[];
}

export interface BitField {
  readonly name: string;
  readonly bits: string;
  readonly from: number;
}

/** The bits of each field, from the most significant on. Where the fields are fewer than the bytes (a sign bit that is not told), the first bits are nobody's. */
export function bitFields({ hex, fields }: Pick<Reading, 'hex' | 'fields'>): BitField[] {
  const all = hex.split('').map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
  const told = fields.reduce((sum, { bits }) => sum + bits, 0);
  let from = Math.max(0, all.length - told);
  return fields.map(({ name, bits }) => {
    const field = { name, bits: all.slice(from, from + bits), from };
    from += bits;
    return field;
  });
}
