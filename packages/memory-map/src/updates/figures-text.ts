/** What updates of an app cost, as lines for people. */
import { formatSize } from '@kickstage/base/hex';
import { grouped } from '../map-words.ts';
import type { UpdateFigures } from './figures.ts';

const REASONS = {
  config: 'the config names it',
  'fewest-erases': 'of those with a way back it is the one with the fewest erases for which there is room',
} as const;

/** `current`: figures for the image as it is now, where it was built. */
export function figuresText(figures: UpdateFigures, current?: UpdateFigures): string[] {
  const { app, strategy, chosen, capacity, updates, worn } = figures;
  return [
    `updates of ${app}: ${strategy}`,
    `  why            ${REASONS[chosen]}`,
    `  largest image  ${formatSize(capacity)}`,
    `  one update     ${workText(figures)}`,
    ...(current && current.imageSize < figures.imageSize
      ? [`  of ${grouped(current.imageSize).padStart(7)} B   ${workText(current)}`]
      : []),
    `  endurance      ${grouped(updates)} updates until ${worn} has its rated erases`,
  ];
}

function workText({ erases, programmed, bound, seconds }: UpdateFigures): string {
  const time =
    seconds === undefined ? '' : `, ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s of flash at work`;
  return `${erases} erases (bound ${bound.erases}), ${formatSize(programmed)} programmed (bound ${formatSize(bound.programmed)})${time}`;
}
