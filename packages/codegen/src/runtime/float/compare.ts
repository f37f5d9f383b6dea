/**
 * Comparisons, minimum and maximum. Beside NaN and zeros, bit patterns are ordered as signed integers are, but for two
 * negative ones, which are ordered the other way round.
 */

const compare = (float: 'f32' | 'f64', u: string, i: string, infinity: string, nan: string) => `
function ${float}_eq(a: ${u}, b: ${u}): u32 {
  if (a == b) return u32(a << 1 <= ${infinity});
  return u32((a | b) << 1 == 0);
}

function ${float}_lt(a: ${u}, b: ${u}): u32 {
  if (a << 1 > ${infinity} || b << 1 > ${infinity} || (a | b) << 1 == 0) return 0;
  if (${i}(a & b) < 0) return u32(b < a);
  return u32(${i}(a) < ${i}(b));
}

function ${float}_le(a: ${u}, b: ${u}): u32 {
  if (a << 1 > ${infinity} || b << 1 > ${infinity}) return 0;
  if ((a | b) << 1 == 0) return 1;
  if (${i}(a & b) < 0) return u32(b <= a);
  return u32(${i}(a) <= ${i}(b));
}

function ${float}_min(a: ${u}, b: ${u}): ${u} {
  if (a << 1 > ${infinity} || b << 1 > ${infinity}) return ${nan};
  if (${i}(a & b) < 0) return a < b ? b : a;
  return ${i}(a) < ${i}(b) ? a : b;
}

function ${float}_max(a: ${u}, b: ${u}): ${u} {
  if (a << 1 > ${infinity} || b << 1 > ${infinity}) return ${nan};
  if (${i}(a & b) < 0) return a < b ? a : b;
  return ${i}(a) < ${i}(b) ? b : a;
}
`;

export const COMPARE =
  compare('f32', 'u32', 'i32', '0xff000000', '0x7fc00000') +
  compare('f64', 'u64', 'i64', '0xffe0000000000000', '0x7ff8000000000000');
