/** `kickstage test powercut`: cuts the power at every operation of an app's updates, and shows that nothing is lost. */
import { STRATEGIES } from '@kickstage/memory-map/updates/config';
import type { Command } from 'commander';
import { contextOf, withCommonOptions } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { withoutVerification } from '../powercut/lab-signing.ts';
import { reportCampaign } from '../powercut/report.ts';
import { mergeResults, pathFor, readFailure } from '../powercut/results.ts';
import { replayLab, runLab } from '../powercut/run-lab.ts';
import {
  chooseApps,
  type PowercutOptions,
  readSettings,
  readStrategy,
  usage,
  withStrategy,
} from '../powercut/settings.ts';
import { loadProject } from '../project.ts';

const DEFAULT_GDB_PORT = 3333;

export function addTestCommand(program: Command): void {
  const test = program.command('test').description('prove a project: cut the power everywhere');
  withCommonOptions(test.command('powercut'))
    .description("cut the power before, in and after every operation on flash of an app's updates")
    .argument('[app]', 'all apps that can be updated, when absent')
    .option('--strategy <name>', `another strategy than the config's: ${STRATEGIES.join(', ')}`)
    .option('--exhaustive', 'a second cut at every operation of every recovery')
    .option('--chains <count>', 'random chains of updates, confirmations, reversals and cuts instead')
    .option('--on <where>', 'engine: simulated flash; emulator: machine code on the virtual board (default: engine)')
    .option('--cuts <count>', 'with --on emulator: cuts, spread over the whole exchange (default: 200)')
    .option('--without-verification', 'a bootloader that verifies nothing: quicker, for long campaigns')
    .option('--shard <i/n>', 'a part of the campaign: 1/4 to 4/4 together are all of it')
    .option('--result <file>', 'write the result of this part there')
    .option('--merge <file...>', 'put the results of parts together; nothing is run')
    .option('--checkpoint <file>', 'keep there what is done, and go on where an earlier run was stopped')
    .option('--seed <number>', 'of torn places and of second cuts', '1')
    .option('--replay <file>', 'one failure again, from the file that a campaign has written')
    .option('--gdb [port]', `with --replay: wait for gdb (default: ${DEFAULT_GDB_PORT}) at the power-on behind the cut`)
    .action(async (name: string | undefined, options: PowercutOptions & { readonly gdb?: string | true }) => {
      const context = contextOf(options);
      if (options.merge) {
        const { origin, result, missing } = mergeResults(context, options.merge);
        reportCampaign(context.output, origin, result);
        context.output.line(missing.length === 0 ? '  all parts are there' : `  missing: ${missing.join(', ')}`);
        context.output.object({ event: 'merged', parts: options.merge.length, missing });
        process.exitCode = result.failures.length === 0 && missing.length === 0 ? 0 : EXIT.program;
        return;
      }
      const settings = readSettings(options);
      const loaded = withStrategy(await loadProject(context), readStrategy(options.strategy));
      const project = options.withoutVerification ? withoutVerification(loaded, context) : loaded;
      const apps = chooseApps(project.layout, name);
      const gdbPort = readGdbPort(options);
      const failure = options.replay === undefined ? undefined : readFailure(context, options.replay);
      let failures = 0;
      for (const app of apps) {
        const run = { project, context, app, settings };
        const path = (file: string | undefined) =>
          file === undefined ? undefined : pathFor(context, file, app.name, apps.length === 1);
        const [result, checkpoint] = [path(options.result), path(options.checkpoint)];
        const files = { ...(result ? { result } : {}), ...(checkpoint ? { checkpoint } : {}) };
        failures += failure ? await replayLab(run, failure, gdbPort) : await runLab(run, files);
      }
      process.exitCode = failures === 0 ? 0 : EXIT.program;
    });
}

function readGdbPort({ gdb, replay }: PowercutOptions & { readonly gdb?: string | true }): number | undefined {
  if (gdb === undefined) return undefined;
  if (replay === undefined)
    throw usage('--gdb is for a failure that is replayed', '--replay powercut-failure.json --gdb');
  const port = gdb === true ? DEFAULT_GDB_PORT : Number(gdb);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw usage(`--gdb ${gdb} is no port`, '--gdb 3333');
  return port;
}
