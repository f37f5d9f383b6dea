/**
 * From a tool's output to a diagnostic with a cause and a mend. What matches no known failure becomes FLS015 with the
 * tool's own last words, so that nothing is swallowed.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { FAILURES, type FailureKind, type FailurePattern } from './failure-table.ts';
import { OLDEST, type ToolName, type ToolTarget } from './tool.ts';
import { UDEV_FILE, UDEV_RELOAD, udevLines } from './udev.ts';

export interface ToolRun {
  readonly tool: ToolName;
  readonly code: number;
  /** What it printed to both streams. */
  readonly output: string;
}

/** What the mends depend on. */
export type DiagnoseTarget = Pick<ToolTarget, 'chip' | 'layout'>;

interface Meaning {
  readonly code: string;
  readonly what: (run: ToolRun, target: DiagnoseTarget) => string;
  readonly why?: (run: ToolRun, target: DiagnoseTarget) => string;
  readonly fix: (run: ToolRun, target: DiagnoseTarget) => string;
  readonly notes?: (run: ToolRun, target: DiagnoseTarget) => readonly string[];
}

/** What is wrong with a run; undefined when nothing is. */
export function diagnoseRun(run: ToolRun, target: DiagnoseTarget): Diagnostic | undefined {
  if (run.code !== 0) return knownFailure(run, target) ?? unknownFailure(run);
  return knownFailure(run, target, ({ despiteSuccess }) => despiteSuccess === true);
}

/**
 * A failure that the output tells, whatever the exit code: commands that list devices end with 0 when one of them could
 * not be opened.
 */
export function knownFailure(
  run: ToolRun,
  target: DiagnoseTarget,
  counts: (failure: FailurePattern) => boolean = () => true,
): Diagnostic | undefined {
  const found = FAILURES.find(
    (failure) => counts(failure) && (failure.tools?.includes(run.tool) ?? true) && failure.pattern.test(run.output),
  );
  return found && diagnosticOf(found.kind, run, target, lineAt(run.output, found.pattern));
}

/** The diagnostic of a failure that is known without a failing run: a list without devices, for instance. */
export function diagnosticOf(kind: FailureKind, run: ToolRun, target: DiagnoseTarget, got?: string): Diagnostic {
  const { code, what, why, fix, notes } = MEANINGS[kind];
  return {
    code,
    severity: 'error',
    what: what(run, target),
    ...(got ? { got: `${run.tool} says: ${got}` } : {}),
    ...(why ? { why: why(run, target) } : {}),
    fix: fix(run, target),
    ...(notes ? { notes: notes(run, target).map((text) => ({ text })) } : {}),
  };
}

function lineAt(output: string, pattern: RegExp): string {
  return (
    output
      .split(/[\r\n]+/)
      .find((line) => pattern.test(line))
      ?.trim() ?? ''
  );
}

const LAST_LINES = 6;

function unknownFailure({ tool, code, output }: ToolRun): Diagnostic {
  const lines = output.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return {
    code: 'FLS015',
    severity: 'error',
    what: `${tool} failed with exit code ${code}`,
    got: lines.at(-1)?.trim() ?? 'it printed nothing',
    fix: `call the command that kickstage flash --dry-run prints by hand, or try another tool with --via`,
    notes: lines.slice(-LAST_LINES, -1).map((text) => ({ text: text.trim() })),
  };
}

/** How each tool connects while reset is held, for firmware that switches the debug port off. */
const UNDER_RESET: Readonly<Record<ToolName, string>> = {
  'probe-rs': 'set PROBE_RS_CONNECT_UNDER_RESET=true',
  openocd: 'wire NRST to the probe',
  'st-flash': 'wire NRST to the probe and call st-flash --connect-under-reset by hand',
  'dfu-util': 'unplug the cable and enter the USB bootloader again',
  uf2: 'press reset twice',
};

const isBlackpill = ({ layout }: DiagnoseTarget) => layout.board.name === 'blackpill';

const MEANINGS: Readonly<Record<FailureKind, Meaning>> = {
  'too-old': {
    code: 'FLS023',
    what: ({ tool }) => `${tool} does not know an option that Kickstage needs`,
    why: ({ tool }) => `${tool} ${oldestVersion(tool)} or later is needed`,
    fix: ({ tool }) => `install a newer ${tool}, or use another tool with --via`,
  },
  permission: {
    code: 'FLS003',
    what: ({ tool }) => `${tool} may not open the USB device`,
    why: () =>
      'on Linux a USB device belongs to root until a udev rule gives it to you; on Windows it needs the WinUSB driver',
    fix: () => `write the two lines below to ${UDEV_FILE}, then ${UDEV_RELOAD}, and plug the device in again`,
    notes: (_run, { chip }) => udevLines(chip),
  },
  'in-use': {
    code: 'FLS004',
    what: ({ tool }) => `another program has the device that ${tool} wants`,
    why: () => 'only one program at a time can hold a debug probe',
    fix: () =>
      'end the other one: a debug session of the editor, a gdb server, openocd or probe-rs in another terminal',
  },
  'no-voltage': {
    code: 'FLS005',
    what: () => 'the probe measures no supply voltage on the board',
    why: () => 'an ST-LINK reads the voltage at its VAPP or 3.3V pin; without it, its outputs have no level to drive',
    fix: () => "power the board, and connect the probe's 3.3V (VTref) and GND pins to the board's",
  },
  'no-connection': {
    code: 'FLS006',
    what: ({ tool }) => `${tool} found its probe or port, but the microcontroller does not answer`,
    why: () => 'SWDIO, SWCLK or GND is not connected, or the firmware sleeps or has taken PA13 and PA14 for itself',
    fix: ({ tool }) =>
      `check the three wires; if the firmware is to blame, connect under reset (${UNDER_RESET[tool]}), or hold BOOT0 high at reset so that it does not run`,
  },
  'wrong-chip': {
    code: 'FLS007',
    what: ({ tool }, { chip }) => `${tool} does not find a ${chip.name}`,
    why: (_run, { chip }) =>
      `the images are linked for the ${chip.name} of the config: another part has other sectors and other peripherals`,
    fix: () => 'connect the board of the config, or name the board that is connected in boot.config.ts',
  },
  'read-protected': {
    code: 'FLS008',
    what: () => 'the flash is read protected (RDP)',
    why: () =>
      'at level 1 neither a probe nor the USB bootloader reads or writes flash; going back to level 0 erases all of it',
    fix: ({ tool }, target) =>
      `if nothing on the board is needed any more: ${unprotect(tool, target)}. Level 2 cannot be undone`,
  },
  'no-dfu-device': {
    code: 'FLS009',
    what: () => 'no board shows itself as a DFU device',
    why: (_run, { chip }) =>
      `the factory's USB bootloader runs only when it is asked for at reset: ${chip.dfu?.entry ?? 'see the manual of the microcontroller'}`,
    fix: (_run, target) => dfuHints(target),
  },
  'write-protected': {
    code: 'FLS010',
    what: () => 'a sector could not be erased or written',
    why: () =>
      'its write protection (option bits nWRP) or the read protection is set, the map is larger than the flash, or the supply is too weak for the chosen write width',
    fix: () =>
      "clear the protection in the option bytes (OpenOCD: flash protect 0 0 last off), and power the board by more than the probe's 3.3 V",
  },
  verify: {
    code: 'FLS011',
    what: () => 'what was read back is not what was written',
    why: () =>
      'the flash is worn, the supply broke down while it was written, or the part is a clone with less flash than it says',
    fix: () =>
      'flash once more with a short cable and a steady supply; when the same address fails again, the part is bad',
  },
  'several-devices': {
    code: 'FLS016',
    what: ({ tool }) => `${tool} finds more than one device`,
    fix: ({ tool }) =>
      tool === 'probe-rs' ? 'unplug the others, or choose one with PROBE_RS_PROBE=VID:PID:Serial' : 'unplug the others',
  },
  'no-probe': {
    code: 'FLS002',
    what: ({ tool }) => `${tool} finds no debug probe`,
    why: () => 'none is plugged in, its cable is for charging only, or OpenOCD was told of another kind of probe',
    fix: ({ tool }) =>
      `plug the probe in with a data cable${tool === 'openocd' ? '; say which kind it is with --probe (stlink, cmsis-dap, jlink)' : ''}; a board without a probe is flashed with --via dfu-util`,
  },
};

const oldestVersion = (tool: ToolName) => OLDEST[tool].join('.');

function unprotect(tool: ToolName, { chip }: DiagnoseTarget): string {
  if (tool === 'dfu-util') return 'dfu-util -a 0 -s :unprotect:force -D FILE';
  const target = chip.tools?.openocdTarget ?? 'CHIP';
  return `openocd -f interface/stlink.cfg -f target/${target}.cfg -c init -c "reset halt" -c "${chip.family.slice(0, 7)}x unlock 0" -c shutdown, then switch the power off and on`;
}

function dfuHints(target: DiagnoseTarget): string {
  const order = target.chip.dfu?.entry ?? 'start the USB bootloader';
  const floating = isBlackpill(target)
    ? '; PA10 floats on the Blackpill and may start the serial bootloader instead: hold PA10 to ground while you do it, or use another USB port'
    : '';
  return `${order}, with a data cable${floating}`;
}
