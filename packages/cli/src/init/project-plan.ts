/** What a new project is made from: every template takes this and nothing else. */
import type { Board } from '@kickstage/chips/board';

export const MAILBOX_PROTOCOLS = ['record', 'magic-word'] as const;

export type MailboxProtocol = (typeof MAILBOX_PROTOCOLS)[number];

/** A board, and the name under which `kickstage/boards` exports it. */
export interface BoardChoice {
  readonly exportName: string;
  readonly board: Board;
}

export interface PlannedApp {
  readonly name: string;
  /** The app that the button switches to; undefined for an only app. */
  readonly next: string | undefined;
  /** The word that names it where the mailbox holds a magic word. */
  readonly magic: number | undefined;
  /** How long the LED is on, and off, in ms. */
  readonly blinkMs: number;
}

export interface ProjectPlan {
  /** Name of the project's npm package. */
  readonly name: string;
  readonly board: BoardChoice;
  readonly apps: readonly PlannedApp[];
  /** Of each app's slot, as the config writes it: '128K'. */
  readonly appSize: string;
  readonly mailbox: MailboxProtocol;
  /** Whether the virtual board can be this board. */
  readonly runs: boolean;
  /** Of Kickstage. */
  readonly version: string;
}

/** The example button presses of scripts and README, in the order in which they come; none without button. */
export function examplePresses({ apps, board: { board } }: ProjectPlan): readonly string[] {
  const pin = board.button?.pin;
  if (pin === undefined || apps.length < 2) return [];
  return [`${pin}@1500ms`, `${pin}@3s`];
}
