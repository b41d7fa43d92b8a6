import fc from 'fast-check';

/** What evasions are made of. */
const PIECES = ['카톡', 'ㅋㅌ', 'ㅋㅏ', 'ㅋr', 'r', '가', 'ㄱ', 'ㅏ', '\u1100', '\u1161', '\u11a8', '\u200b', '\u0336', '\ufe0f', '\u20e3', 'Ka', 'ﬁ', '１', '①', '𝓴', '😀', '👨‍👩‍👧', '\ud83d', '\ude00', '\u3099', 'か', 'é', 'İ', 'Σ', 'ß', '\uffa1', '\uffc2', '٣', 'क', 'ी', '\ufdfa', ' ', '.', '\0', '\u05b0', '\u1d16d', '㉠', '㈀'];
/** That, what people write, and any units at all, lone surrogates among them. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'grapheme', maxLength: 2 })), { maxLength: 20 }).map((pieces) => pieces.join('')),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
);
