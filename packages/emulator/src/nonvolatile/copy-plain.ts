/** A deep copy of plain data: primitives, arrays, typed arrays and plain objects. Much quicker than `structuredClone`. */
export function copyPlain<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (value instanceof Uint8Array || value instanceof Int32Array || value instanceof Uint32Array) return value.slice();
  const made: Record<string, unknown> = {};
  for (const key in value) made[key] = copy((value as Record<string, unknown>)[key]);
  return made;
}
