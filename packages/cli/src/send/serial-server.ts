/**
 * The console of the virtual board as a TCP port of this machine: what the app says goes to who is connected, and what
 * he says to the app. The board runs at the speed of the clock, or slower where the host is.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Scenario } from '@kickstage/testbench/scenario';
import { CommandFailure } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import type { VirtualBoard } from '../virtual-board.ts';

/** Milliseconds of virtual time between two looks at the connection. */
const SLICE_MS = 5;

export interface SerialOptions {
  readonly board: VirtualBoard;
  readonly scenario: Scenario;
  /** `USART2`. */
  readonly port: string;
  /** 0: any that is free. */
  readonly tcpPort: number;
  /** Told once somebody can connect. */
  readonly onListening: (tcpPort: number) => void;
}

/** Runs until the scenario ends or the process is interrupted. */
export async function runWithSerial({ board, scenario, port, tcpPort, onListening }: SerialOptions): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('data', (data) => {
      for (const byte of data) board.chip.receive(port, byte);
    });
    socket.on('error', () => sockets.delete(socket));
    socket.on('close', () => sockets.delete(socket));
  });
  await listen(server, tcpPort);
  let heard: number[] = [];
  board.listen((event) => {
    if (event.event === 'uart' && event.port === port) heard.push(event.byte);
  });
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  onListening((server.address() as { port: number }).port);
  const started = performance.now();
  const from = board.seconds();
  while (scenario.end === undefined && !isInterrupted) {
    scenario.advance(board.seconds() + SLICE_MS / 1000);
    for (const socket of sockets) if (heard.length > 0) socket.write(Uint8Array.from(heard));
    heard = [];
    const ahead = (board.seconds() - from) * 1000 - (performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, ahead)));
  }
  scenario.stop();
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  for (const socket of sockets) socket.destroy();
  server.close();
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new CommandFailure(
          [
            {
              code: 'CLI047',
              severity: 'error',
              what: `nobody can connect to port ${port}`,
              got: error.message,
              fix: 'name another port, or 0 for any that is free',
            },
          ],
          EXIT.device,
        ),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}
