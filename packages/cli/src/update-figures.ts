/** What updates of each app cost: lines under the map, and objects for programs. */
import type { Board } from '@kickstage/chips/board';
import type { UsedBytes } from '@kickstage/memory-map/map-data';
import { type Flashes, type UpdateFigures, updateFigures } from '@kickstage/memory-map/updates/figures';
import { figuresText } from '@kickstage/memory-map/updates/figures-text';
import type { Output } from './output.ts';
import type { Project } from './project.ts';

interface AppFigures {
  /** For the largest image that the slot takes. */
  readonly largest: UpdateFigures;
  /** For the image as it is now, where it was built. */
  readonly current?: UpdateFigures;
}

export function figuresOf({ layout, file }: Project, used: UsedBytes = {}): AppFigures[] {
  const { chip, externalFlash } = (file.value as { board: Board }).board;
  const flashes: Flashes = { internal: chip.flash, ...(externalFlash ? { external: externalFlash } : {}) };
  return layout.apps.flatMap((app) => {
    const largest = updateFigures(layout, app, flashes);
    if (!largest) return [];
    const size = used[app.name];
    const current = size === undefined ? undefined : updateFigures(layout, app, flashes, size);
    return [{ largest, ...(current ? { current } : {}) }];
  });
}

export function printFigures(output: Output, figures: readonly AppFigures[]): void {
  for (const { largest, current } of figures) {
    const [title, ...lines] = figuresText(largest, current);
    output.line();
    output.line(`  ${output.colors.bold(title)}`);
    for (const line of lines) output.line(`  ${line}`);
  }
}
