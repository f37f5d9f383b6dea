/** gdb reads an ELF file in the project's folder and answers commands: without a target, or with app1 in QEMU. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebugBuild } from './debug-build.ts';

/** What gdb says to each command. Complaints stand among the answers. */
export function askGdb({ folder }: DebugBuild, image: string, commands: readonly string[]): string[] {
  const mark = (i: number) => `--- ${i} ---`;
  const quoted = (command: string) => command.replace(/[\\"]/g, '\\$&');
  const guarded = `python
def ask(command):
  try:
    gdb.execute(command)
  except gdb.error as error:
    print("error: " + str(error))
end
`;
  const asked = commands.map((command, i) => `echo ${mark(i)}\\n\npython ask("${quoted(command)}")\n`).join('');
  writeFileSync(join(folder, 'test.gdb'), `${guarded}${asked}echo ${mark(commands.length)}\\n\n`);
  // Some complaints go to the other stream: both in one, in order.
  const line = `gdb-multiarch -nx -batch -iex 'set pagination off' -x test.gdb build/${image}.elf 2>&1`;
  const output = spawnSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8' }).stdout;
  return commands.map((_, i) => {
    const start = output.indexOf(mark(i));
    if (start < 0) return `gdb ended before: ${output}`;
    return output.slice(start + mark(i).length, output.indexOf(mark(i + 1))).trim();
  });
}

/** The bootloader and app1 in QEMU, stopped before the first instruction; gives all that gdb prints. */
export function runInQemu({ folder, layout }: DebugBuild, commands: readonly string[]): string {
  const machine = ['qemu-system-arm -M netduinoplus2 -display none -monitor none -serial null -serial null']
    .concat(['-icount shift=3,sleep=off -S -gdb stdio -kernel build/bootloader.elf'])
    .concat([`-device loader,file=build/app1.bin,addr=${layout.apps[0].slot.start},force-raw=on`])
    .join(' ');
  const script = ['set pagination off', `target extended-remote | ${machine}`, ...commands, 'kill', ''].join('\n');
  writeFileSync(join(folder, 'live.gdb'), script);
  const shell = 'gdb-multiarch -nx -batch -x live.gdb build/app1.elf 2>&1';
  return spawnSync('sh', ['-c', shell], { cwd: folder, encoding: 'utf8', timeout: 60_000 }).stdout;
}
