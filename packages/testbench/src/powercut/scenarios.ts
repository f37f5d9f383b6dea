/**
 * What is done to a device between loss and loss of power, as sessions. Each says, for a cut at operation `i` of the `n`
 * that it has uncut, with which standings the next boot may start.
 */

import { OUTCOME_OLDER_COUNTER } from '@kickstage/abi/update';
import type { Cut, Subject } from './device.ts';
import type { Ending } from './firmware-host.ts';
import type { LabImage } from './images.ts';
import { askForRevert, confirm, downloadAndRequest } from './lab-app.ts';
import { imageOf, onTrial, type Standing } from './oracle.ts';

export interface StageResult {
  /** UPDATE_... of the call that was refused; 0 where none was. */
  readonly status: number;
  readonly ending?: Ending;
}

export interface Stage {
  readonly name: string;
  /** What is done. */
  readonly run: (device: Subject) => StageResult;
  /** Whether it is a boot. */
  readonly isBoot?: boolean;
  /** With what the next boot may start after a cut; `record`: operations of one journal record, the last ones. */
  readonly allowed: (i: number, n: number, how: Cut['how'], record: number) => readonly Standing[];
  /** With what the boot that this stage is, or the next one, starts when nothing is cut. */
  readonly expected: Standing;
  /** OUTCOME_... that the app reads behind a boot that nothing cuts; not looked at when absent. */
  readonly outcome?: number;
  /** An image whose security counter is below the one that is kept by now, whatever is cut: it must not be started. */
  readonly older?: LabImage;
}

export interface Scenario {
  readonly name: string;
  /** Journal records written before it begins, so that a compaction falls into it. */
  readonly fill?: number;
  readonly stages: readonly Stage[];
}

export interface Cast {
  readonly images: readonly LabImage[];
  /** Images that the bootloader is to refuse; none where nothing is verified. */
  readonly refused: readonly LabImage[];
  /** The image that runs at first. */
  readonly first: string;
}

/** Before the commit of its last record: `before`; while it is written: either; after it: `after`. */
function commits(before: readonly Standing[], after: readonly Standing[]) {
  return (i: number, n: number, how: Cut['how'], record: number): readonly Standing[] => {
    if (i === n - 1 && how === 'after') return after;
    if (i < n - record || (i === n - record && how === 'before')) return before;
    return [...new Set([...before, ...after])];
  };
}

const always =
  (...standings: Standing[]) =>
  () =>
    standings;

export interface Names {
  readonly from: string;
  readonly to: LabImage;
}

export interface Ways {
  /** Whether the strategy can bring the old image back. */
  readonly reverts: boolean;
  /** Whether updates with a lower security counter are refused. */
  readonly refusesLower?: boolean;
}

/** The old image downloads the new one and asks for it. */
export function request({ from, to }: Names, { reverts }: Ways, permanent = false): Stage {
  const next = permanent || !reverts ? to.name : onTrial(to.name);
  return {
    name: `${from} downloads ${to.name} and requests it${permanent ? ' for good' : ''}`,
    run: (device) => downloadAndRequest(device, to, permanent),
    allowed: commits([from], [next]),
    expected: next,
  };
}

/** The boot that installs: with a trial its last record begins it. */
export function install({ from, to }: Names, { reverts }: Ways, permanent = false): Stage {
  const isOnTrial = reverts && !permanent;
  return {
    name: `the bootloader installs ${to.name}`,
    run: boot,
    isBoot: true,
    allowed: isOnTrial ? commits([onTrial(to.name)], [from]) : always(to.name),
    expected: isOnTrial ? onTrial(to.name) : to.name,
  };
}

export function confirmation({ from, to }: Names): Stage {
  return {
    name: `${to.name} confirms itself`,
    run: confirm,
    allowed: commits([from], [to.name]),
    expected: to.name,
  };
}

/** The new image asks to be taken back. */
export function reversal({ from, to }: Names): Stage {
  return {
    name: `${to.name} asks to be taken back`,
    run: askForRevert,
    allowed: always(from),
    expected: from,
  };
}

/** A boot that must start `standing`, whatever was cut in it. */
export function restart(standing: Standing, what = `a boot that starts ${imageOf(standing)}`): Stage {
  return { name: what, run: boot, isBoot: true, allowed: always(standing), expected: standing };
}

/** The old image downloads one that is to be refused, and asks for it: wherever that is cut, the old one runs. */
export function requestRefused({ from, to }: Names, permanent = false): Stage {
  return {
    name: `${from} downloads ${to.name} and requests it${permanent ? ' for good' : ''}`,
    run: (device) => downloadAndRequest(device, to, permanent),
    allowed: always(from),
    expected: from,
  };
}

/** The boot that refuses it. */
export function refusal({ from, to }: Names, outcome: number): Stage {
  return { ...restart(from, `the bootloader refuses ${to.name}`), outcome };
}

function boot(device: Subject): StageResult {
  return { status: 0, ending: device.boot() };
}

/** All scenarios of a strategy. */
export function scenariosFor({ images, refused }: Cast, ways: Ways, journalFill: readonly number[]): Scenario[] {
  const [v1, v2, v3] = images;
  const down = { from: v3.name, to: v1 };
  const up = { from: v1.name, to: v2 };
  const again = { from: v2.name, to: v3 };
  const updated = [request(up, ways), install(up, ways), ...(ways.reverts ? [confirmation(up)] : [])];
  const base: Scenario[] = [
    {
      name: 'update',
      stages: [
        ...updated,
        restart(v2.name),
        request(again, ways),
        install(again, ways),
        ...(ways.reverts ? [confirmation(again)] : []),
        restart(v3.name),
        ...(ways.refusesLower ? [requestRefused(down), refusal(down, OUTCOME_OLDER_COUNTER), restart(v3.name)] : []),
      ],
    },
    { name: 'permanent', stages: [request(up, ways, true), install(up, ways, true), restart(v2.name)] },
  ];
  const trials: Scenario[] = [
    {
      name: 'not confirmed',
      stages: [
        request(up, ways),
        install(up, ways),
        restart(v1.name, `the bootloader brings ${v1.name} back`),
        restart(v1.name),
        request({ from: v1.name, to: v3 }, ways),
        install({ from: v1.name, to: v3 }, ways),
        confirmation({ from: v1.name, to: v3 }),
      ],
    },
    {
      name: 'taken back',
      stages: [
        request(up, ways),
        install(up, ways),
        reversal(up),
        restart(v1.name, `the bootloader brings ${v1.name} back`),
      ],
    },
  ];
  const refusals: Scenario = {
    name: 'refused',
    stages: [
      ...refused.flatMap((to, n) => [
        requestRefused({ from: v1.name, to }, n % 2 === 1),
        refusal({ from: v1.name, to }, to.refusal!),
      ]),
      restart(v1.name),
    ],
  };
  const compaction = journalFill.map((fill) => ({
    name: `update, journal with ${fill} records`,
    fill,
    stages: updated,
  }));
  return [...base, ...(refused.length > 0 ? [refusals] : []), ...(ways.reverts ? trials : []), ...compaction];
}
