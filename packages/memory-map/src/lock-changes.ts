/** What a layout changes for boards that were flashed with an earlier one, as the lock remembers it. */
import { formatAddress, formatSize } from '@kickstage/base/hex';
import type { Layout } from './layout.ts';
import type { LockFile } from './lock.ts';

export type LayoutChange =
  | { readonly kind: 'added'; readonly app: string; readonly start: number; readonly size: number }
  | { readonly kind: 'removed'; readonly app: string; readonly start: number; readonly size: number }
  | { readonly kind: 'moved'; readonly app: string; readonly from: number; readonly start: number }
  | { readonly kind: 'resized'; readonly app: string; readonly from: number; readonly size: number }
  | { readonly kind: 'renumbered'; readonly app: string; readonly from: number; readonly id: number };

/** Changes in the order of the layout's apps, removed ones last. Without a lock every app is new. */
export function changesSince(lock: LockFile | undefined, layout: Layout): LayoutChange[] {
  const before = new Map(Object.entries(lock?.apps ?? {}));
  const changes: LayoutChange[] = [];
  for (const { name: app, id, slot } of layout.apps) {
    const { start } = slot;
    const size = slot.end - slot.start;
    const old = before.get(app);
    before.delete(app);
    if (!old) {
      changes.push({ kind: 'added', app, start, size });
      continue;
    }
    if (old.start !== start) changes.push({ kind: 'moved', app, from: old.start, start });
    if (old.size !== size) changes.push({ kind: 'resized', app, from: old.size, size });
    if (old.id !== id) changes.push({ kind: 'renumbered', app, from: old.id, id });
  }
  for (const [app, { start, size }] of before) changes.push({ kind: 'removed', app, start, size });
  return changes;
}

/** A change in words. */
export function describeChange(change: LayoutChange): string {
  switch (change.kind) {
    case 'added':
      return `${change.app} is placed at ${formatAddress(change.start)} (${formatSize(change.size)})`;
    case 'removed':
      return `${change.app} leaves ${formatAddress(change.start)} (${formatSize(change.size)}) free`;
    case 'moved':
      return `${change.app} moves from ${formatAddress(change.from)} to ${formatAddress(change.start)}`;
    case 'resized':
      return `${change.app} has ${formatSize(change.size)}, before ${formatSize(change.from)}`;
    case 'renumbered':
      return `${change.app} has number ${change.id}, before ${change.from}`;
  }
}

/**
 * The images that boards in use need again, bootloader first: it knows every slot. A moved app must be linked for its new
 * place; when numbers change, every app must be, because apps name each other by number.
 */
export function imagesToFlash(changes: readonly LayoutChange[], layout: Layout): string[] {
  if (changes.length === 0) return [];
  const isRenumbered = changes.some(({ kind }) => kind === 'renumbered');
  const wanted = new Set(changes.filter(({ kind }) => kind === 'added' || kind === 'moved').map(({ app }) => app));
  const apps = layout.apps.map(({ name }) => name).filter((name) => isRenumbered || wanted.has(name));
  return ['bootloader', ...apps];
}
