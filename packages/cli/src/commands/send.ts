/** `kickstage send`: gives an app its next image over a serial line; the app installs it as an update. */
import { formatAddress, formatSize } from '@kickstage/base/hex';
import { PHASES } from '@kickstage/toolchain/journal/words';
import type { SendableImage } from '@kickstage/toolchain/transfer/choose';
import { FrameReader } from '@kickstage/toolchain/transfer/frame';
import { type Hello, type Line, type SendResult, sendImage } from '@kickstage/toolchain/transfer/send';
import type { Command } from 'commander';
import {
  type CommandContext,
  CommandFailure,
  type CommonOptions,
  contextOf,
  withCommonOptions,
} from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput } from '../read-input.ts';
import { openLine } from '../send/device-line.ts';
import { type RawSendOptions, readSendOptions, type SendSettings } from '../send/send-options.ts';
import { VirtualSession } from '../send/virtual-session.ts';
import { readFirmware } from '../sign/firmware-file.ts';

export function addSendCommand(program: Command): void {
  withCommonOptions(program.command('send'))
    .description('send an image to an app that takes updates, over a serial line')
    .argument('<image...>', 'the image; with `direct` those for both banks: the right one is taken')
    .option('--port <port>', 'serial port (/dev/ttyACM0), or tcp:HOST:PORT')
    .option('--board <board>', '`virtual`: power the board of this project on, and send to it')
    .option('--keep <file>', 'the flash of the virtual board, kept between commands')
    .option('--baud <rate>', 'bits per second (default: 115200)')
    .option('--permanent', 'install it for good, without a trial')
    .option('--for <time>', 'listen to the app for so long afterwards (default: 8s)')
    .action(async (files: string[], options: CommonOptions & RawSendOptions) => {
      const context = contextOf(options);
      const settings = readSendOptions(options);
      const images = files.map((file) => readImage(context, file));
      if (settings.port === undefined) await sendToVirtual(context, files, images, settings);
      else await sendToPort(context, settings.port, images, settings);
    });
}

function readImage({ cwd }: CommandContext, file: string): SendableImage {
  const { value, diagnostics } = readFirmware(readInput(cwd, file), file);
  if (!value) throw new CommandFailure(diagnostics, EXIT.program);
  return { name: file, bytes: value.bytes };
}

async function sendToVirtual(
  context: CommandContext,
  files: readonly string[],
  images: readonly SendableImage[],
  { keep, permanent, seconds }: SendSettings,
): Promise<void> {
  const session = await VirtualSession.open(context, keep, files);
  session.powerOn();
  session.beginSending();
  try {
    await send(context, session.line, images, permanent);
  } finally {
    session.endSending();
    session.run(seconds);
    session.finish();
  }
}

async function sendToPort(
  context: CommandContext,
  port: string,
  images: readonly SendableImage[],
  { baud, permanent, seconds }: SendSettings,
): Promise<void> {
  const line = await openLine(port, baud);
  try {
    await send(context, line, images, permanent);
    await listen(context, line, seconds);
  } finally {
    line.close();
  }
}

/** Sends, and says how far it is. */
async function send(
  { output }: CommandContext,
  line: Line,
  images: readonly SendableImage[],
  permanent: boolean,
): Promise<void> {
  let shown = -1;
  const draws = process.stderr.isTTY === true && !output.json;
  const { value, diagnostics } = await sendImage({
    line,
    images,
    permanent,
    onHello: (hello, image) => sayHello(output, hello, image),
    onProgress: (sent, total) => {
      const percent = Math.floor((100 * sent) / total);
      if (percent === shown) return;
      shown = percent;
      output.object({ event: 'progress', sent, total });
      if (draws) process.stderr.write(`\r\x1b[Ksending ${percent}%`);
    },
  });
  if (draws) process.stderr.write('\r\x1b[K');
  if (!value) throw new CommandFailure(diagnostics, exitCodeFor(diagnostics[0].code));
  saySent(output, value);
}

function sayHello(output: CommandContext['output'], hello: Hello, image: SendableImage): void {
  const { app, phase, capacity, start } = hello;
  output.object({ event: 'hello', ...hello, image: image.name, size: image.bytes.length });
  output.line(
    `app ${app} answers (${PHASES[phase] ?? phase}); sending ${image.name}, ${formatSize(image.bytes.length)} of ${formatSize(capacity)} at ${formatAddress(start)}`,
  );
}

function saySent(output: CommandContext['output'], { image, size, resent, restarts }: SendResult): void {
  output.object({ event: 'sent', image: image.name, size, resent, restarts });
  const again = resent > 0 ? `; ${resent} frames were sent again` : '';
  const anew = restarts > 0 ? `; begun anew ${restarts} times` : '';
  output.line(`${image.name} is there and verified, the app asks for it${again}${anew}`);
}

/** The app's text, line by line. */
async function listen({ output }: CommandContext, line: Line, seconds: number): Promise<void> {
  let pending = '';
  const reader = new FrameReader((text) => {
    pending += text;
  });
  const say = () => {
    const lines = pending.split(/\r?\n/);
    pending = lines.pop() ?? '';
    for (const text of lines) {
      output.line(`  ${text}`);
      output.object({ event: 'uart', text });
    }
  };
  const end = Date.now() + 1000 * seconds;
  while (Date.now() < end) {
    const heard = await line.read(Math.min(100, Math.max(1, end - Date.now())));
    if (heard) reader.push(heard);
    else reader.flush();
    say();
  }
}

function exitCodeFor(code: string): ExitCode {
  if (code === 'SND001') return EXIT.device;
  if (code === 'SND002' || code === 'SND003') return EXIT.program;
  return code === 'SND005' || code === 'SND006' ? EXIT.timeout : EXIT.refused;
}
