/**
 * Called regularly by what takes long here: after each 64 bytes of a hash, after each step along a scalar. A bootloader
 * that is watched feeds its watchdog in it; where nothing watches, it costs nothing.
 */
export function feed(): void {}
