/**
 * Whether anybody who started this process is still there. A debug server has no end of its own: where a test or an editor
 * was killed, nobody would ever stop it. Two signs: stdin was a pipe, and is closed; the parent process is another one
 * than at the start. Each alone may be meant so (`kickstage run --gdb &` in a shell that ends), both together mean that
 * nobody reads what is printed.
 */
import { fstatSync } from 'node:fs';

/** As early as can be: the firmware is built before anybody looks. */
const PARENT = process.ppid;
/** Milliseconds between two looks at the parent. */
const INTERVAL = 500;

export type Launcher = 'there' | 'doubtful' | 'gone';

export interface Signs {
  /** Undefined where stdin is no pipe. */
  readonly inputIsClosed: boolean | undefined;
  readonly parentIsGone: boolean;
}

export function judge({ inputIsClosed, parentIsGone }: Signs): Launcher {
  if (inputIsClosed && parentIsGone) return 'gone';
  return inputIsClosed || parentIsGone ? 'doubtful' : 'there';
}

/** Tells of each change until the function that it gives is called. It does not keep the process alive. */
export function watchLauncher(onChange: (launcher: Launcher) => void): () => void {
  const signs = { inputIsClosed: isPipe() ? false : undefined, parentIsGone: false };
  let told: Launcher = 'there';
  const look = () => {
    signs.parentIsGone = process.ppid !== PARENT;
    const now = judge(signs);
    if (now === told) return;
    told = now;
    onChange(now);
  };
  const closed = () => {
    signs.inputIsClosed = true;
    look();
  };
  const timer = setInterval(look, INTERVAL);
  timer.unref();
  if (signs.inputIsClosed === false) readUntilClosed(closed);
  return () => {
    clearInterval(timer);
    process.stdin.off('end', closed);
    process.stdin.off('error', closed);
    process.stdin.pause();
  };
}

/** A terminal or a file is left alone: reading it would stop a process in the background, or says nothing. */
function isPipe(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

function readUntilClosed(closed: () => void): void {
  process.stdin.once('end', closed);
  process.stdin.once('error', closed);
  process.stdin.resume();
  if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref();
}
