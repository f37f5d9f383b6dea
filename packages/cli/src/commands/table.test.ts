import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { COMMANDS, commandsFor } from './table.ts';

async function declared(first: string | undefined): Promise<string[]> {
  const program = new Command();
  for (const add of await commandsFor(first)) add(program);
  return program.commands.map((command) => command.name());
}

const ALL = [...COMMANDS.keys()];

describe('commandsFor', () => {
  test.each(ALL)('%s: that command alone', async (name) => {
    expect(await declared(name)).toEqual([name]);
  });

  test.each([undefined, '--help', 'help', 'buidl', '--json'])('%s: all, in the order of help', async (first) => {
    expect(await declared(first)).toEqual(ALL);
  });

  test.each(['--version', '-V'])('%s: none', async (first) => {
    expect(await declared(first)).toEqual([]);
  });
});
