/** `c`, `s`, `vCont` and their kin: the target runs, and the answer comes when it stops. */
import { type Answer, type CommandContext, type CommandTable, ERROR } from '../command.ts';
import { parseHex, parsePair } from '../hex-text.ts';
import { stopReply } from '../stop-reply.ts';
import type { ResumeAction } from '../target.ts';

const CONTINUE: ResumeAction = { kind: 'continue' };
const STEP: ResumeAction = { kind: 'step' };

/** `c` and `s`: perhaps from another address. */
const from =
  (action: ResumeAction) =>
  (args: string, context: CommandContext): Answer => {
    if (args !== '') {
      const address = parseHex(args);
      if (address === undefined) return ERROR.malformed;
      if (!context.target.writeRegister('pc', address)) return ERROR.refused;
    }
    context.resume(action);
    return undefined;
  };

/** `C` and `S`: with a signal. A processor has none; it is not delivered. */
const withSignal =
  (action: ResumeAction) =>
  (args: string, context: CommandContext): Answer => {
    const [signal, ...address] = args.split(';');
    if (parseHex(signal) === undefined) return ERROR.malformed;
    return from(action)(address.join(';'), context);
  };

/** There is one thread: the first action is its. */
function vCont(args: string, context: CommandContext): Answer {
  if (args === '?') return 'vCont;c;C;s;S;t;r';
  const [empty, first] = args.split(';');
  if (empty !== '' || first === undefined) return ERROR.malformed;
  const [what] = first.split(':');
  const action = actionOf(what);
  if (action === 'stop') return stopReply(context);
  if (!action) return ERROR.malformed;
  context.resume(action);
  return undefined;
}

function actionOf(what: string): ResumeAction | 'stop' | undefined {
  if (/^(c|C[0-9a-fA-F]{2})$/.test(what)) return CONTINUE;
  if (/^(s|S[0-9a-fA-F]{2})$/.test(what)) return STEP;
  if (what === 't') return 'stop';
  const range = what[0] === 'r' ? parsePair(what.slice(1)) : undefined;
  return range && { kind: 'range', start: range[0], end: range[1] };
}

export const RUNNING_COMMANDS: CommandTable = {
  c: from(CONTINUE),
  s: from(STEP),
  C: withSignal(CONTINUE),
  S: withSignal(STEP),
  vCont,
  '?': (_args, context) => stopReply(context),
};
