/** A line of the encoding tables: id, bit pattern, operands, what is UNPREDICTABLE, assembly text. */
export type EncodingLine = readonly [id: string, pattern: string, operands: string, rules: string, text: string];
