/** `D`, `k`, `vKill`, and what starts anew: `!`, `R`, `vRun`. */
import { type CommandContext, type CommandTable, OK } from '../command.ts';
import { stopReply } from '../stop-reply.ts';

function end(how: 'detached' | 'killed', answer: string | undefined) {
  return (_args: string, context: CommandContext) => {
    context.end(how);
    return answer;
  };
}

function restart(_args: string, context: CommandContext): void {
  context.target.halt();
  context.target.reset();
  context.lastStop = { kind: 'attached' };
}

export const ENDING_COMMANDS: CommandTable = {
  D: end('detached', OK),
  k: end('killed', undefined),
  vKill: end('killed', OK),
  '!': (_args, context) => {
    context.extend();
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
