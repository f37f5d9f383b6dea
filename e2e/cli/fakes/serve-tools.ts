/**
 * One process behind all calls of fake tools: a tool on PATH is a few lines of shell that hand over the board, the folder,
 * the name and the arguments, and print what comes back. To start a program for each call would be most of a test's time.
 *
 * Request: the number of texts, then the texts, each ended by a zero byte. Answer: lines, `o` or `e` before one for stdout or
 * stderr, at last `x` before the exit code.
 */
import { createServer, type Socket } from 'node:net';
import { callTool } from './fake-tool.ts';

function answer(socket: Socket, [board, folder, name, ...args]: readonly string[]): void {
  const say = (mark: string) => (text: string) => {
    for (const line of text.split('\n')) socket.write(`${mark}${line}\n`);
  };
  process.chdir(folder);
  const code = callTool(name, args, board, { out: say('o'), error: say('e') });
  socket.end(`x${code}\n`);
}

const server = createServer((socket) => {
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text;
    const [count, ...texts] = received.split('\0');
    if (texts.length > Number(count)) answer(socket, texts.slice(0, Number(count)));
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
// The bench has ended.
process.on('disconnect', () => process.exit());
