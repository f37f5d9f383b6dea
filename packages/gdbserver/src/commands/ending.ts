/** `D`, `k`, `vKill`, and what starts anew: `!`, `R`, `vRun`. */
import { type CommandContext, type CommandTable, OK } from '../command.ts';
import { stopReply } from '../stop-reply.ts';

function restart(_args: string, context: CommandContext): void {
  context.target.halt();
  context.target.reset();
  context.lastStop = { kind: 'attached' };
}

/** gdb's `run` kills what runs first: then the session goes on. */
function kill(args: string, context: CommandContext) {
  if (context.isExtended) restart(args, context);
  else context.end('killed');
  return OK;
}

export const ENDING_COMMANDS: CommandTable = {
  D: (_args, context) => {
    context.end('detached');
    return OK;
  },
  /** Has no answer. */
  k: (args, context) => {
    kill(args, context);
    return undefined;
  },
  vKill: kill,
  '!': (_args, context) => {
    context.isExtended = true;
    return OK;
  },
  /** Has no answer. */
  R: (args, context) => {
    restart(args, context);
    return undefined;
  },
  vRun: (args, context) => {
    restart(args, context);
    return stopReply(context);
  },
};
