/** gdb without a target: it reads an ELF file in the project's folder and answers commands. */
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
