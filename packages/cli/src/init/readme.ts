/** README.md of a new project. */
import { examplePresses, type PlannedApp, type ProjectPlan } from './project-plan.ts';

export function readme(plan: ProjectPlan): string {
  const { name, apps, board } = plan;
  return `# ${name}

A bootloader and ${list(apps)} for the board \`${board.board.name}\` (${board.board.chip.name}), made with Kickstage.

\`\`\`sh
npm install
npm start        # ${startComment(plan)}
\`\`\`

\`\`\`sh
npm run check    # look for mistakes in boot.config.ts
npm run build    # write build/*.elf, .hex, .bin, .uf2
npm run flash    # build, and put it on the board
npm run demo     # ${plan.runs ? 'memory map, and four seconds on the virtual board' : 'build, and show the memory map'}
\`\`\`

${behaviour(plan)}

- \`boot.config.ts\`: board, bootloader, apps. To add an app: one line under \`apps\`, and its source file. Others switch
  to it with \`switchTo(App.name)\`.
- \`boot/main.ts\`: the bootloader.
- \`apps/\`: the apps, in AssemblyScript.
- \`boot.lock.json\`: made by the first build; it keeps the apps where they are. Commit it.
${consoleText(plan)}`;
}

function list(apps: readonly PlannedApp[]): string {
  const names = apps.map(({ name }) => `\`${name}\``);
  if (names.length === 1) return `the app ${names[0]}`;
  return `the apps ${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

function startComment(plan: ProjectPlan): string {
  if (!plan.runs) return 'build, and put it on the board: there is no virtual board of its kind yet';
  return 'build, and run on the virtual board';
}

function behaviour(plan: ProjectPlan): string {
  const { apps, board, runs } = plan;
  if (apps.length === 1) return 'The app blinks.';
  if (!board.board.button) return 'Each app blinks for some seconds and switches to the next.';
  const text = `Each app blinks, and switches to the next when the button (${board.board.button.pin}) is let go.`;
  if (!runs) return text;
  const [press] = examplePresses(plan);
  return `${text} On the virtual board the
space bar is the button; \`npx kickstage run --press ${press}\` presses it at that time.`;
}

function consoleText({ board }: ProjectPlan): string {
  const { console } = board.board;
  if (!console) return '';
  return `\nThe apps write to ${console.port}: transmitted on ${console.tx}, ${console.baud} bits per second, 8N1.\n`;
}
