import { expect, test } from 'vitest';
import { FakeTarget } from './fake-target.ts';
import { bytesOfHex, hexOfText } from './hex-text.ts';
import { framePacket, PacketReader } from './packets.ts';
import { registersOf, targetDescription } from './registers.ts';
import { GdbSession } from './session.ts';
import type { TargetStop } from './target.ts';

class Client {
  readonly target = new FakeTarget();
  readonly session = new GdbSession(this.target);

  /** Bodies that come back for a packet. */
  ask(body: string): string[] {
    return bodies(this.session.receive(framePacket(body)));
  }

  raw(text: string): string {
    return String.fromCharCode(...this.session.receive(Uint8Array.from(text, (c) => c.charCodeAt(0))));
  }

  /** Lets the target run until it stops. */
  run(body: string, ...stops: TargetStop[]): string[] {
    this.target.stops = stops;
    const answers = this.ask(body);
    while (this.session.isRunning) answers.push(...bodies(this.session.advance()));
    return answers;
  }
}

function bodies(bytes: Uint8Array): string[] {
  return new PacketReader().read(bytes).flatMap((incoming) => (incoming.kind === 'packet' ? [incoming.body] : []));
}

const HALTED = 'T050d:00000000;0e:00000000;0f:00000000;thread:1;';
const stopped = (reason: string, signal = '05') => `T${signal}${HALTED.slice(3)}${reason}`;

/** Packets that change nothing about the session, and their answers. */
test.each([
  ['?', HALTED],
  ['qSupported:swbreak+', expect.stringMatching(/^PacketSize=4000;QStartNoAckMode\+;.*vContSupported\+/)],
  ['vCont?', 'vCont;c;C;s;S;t;r'],
  ['vCont;t', HALTED],
  ['qAttached', '1'],
  ['qC', 'QC1'],
  ['qfThreadInfo', 'm1'],
  ['qsThreadInfo', 'l'],
  ['qSymbol::', 'OK'],
  ['Hg0', 'OK'],
  ['T1', 'OK'],
  ['T7', 'E16'],
  ['vMustReplyEmpty', ''],
  ['nonsense', ''],
  ['', ''],
  ['pf', '00000000'],
  ['p12', 'xxxxxxxx'],
  ['p17', 'E16'],
  ['p', 'E16'],
  ['P0=78563412', 'OK'],
  ['P12=00000000', 'E05'],
  ['P0=7856', 'E16'],
  ['P0', 'E16'],
  ['P99=00000000', 'E16'],
  ['G00', 'E16'],
  ['m20000000,4', '00000000'],
  ['m200000fe,4', '0000'],
  ['m30000000,4', 'E0e'],
  ['m20000000,0', ''],
  ['m20000000', 'E16'],
  ['mxyz,4', 'E16'],
  ['m123456789,4', 'E16'],
  ['M20000000,2:abcd', 'OK'],
  ['M20000000,2:ab', 'E16'],
  ['M20000000,2:abcx', 'E16'],
  ['M20000000', 'E16'],
  ['M30000000,1:00', 'E0e'],
  ['X20000000,0:', 'OK'],
  ['X20000000,2:#}', 'OK'],
  ['X20000000,3:#}', 'E16'],
  ['Z0,8000100,2', 'OK'],
  ['Z1,8000100,2', 'OK'],
  ['Z0,90000000,2', 'E0e'],
  ['Z0,8000100', 'E16'],
  ['Z2,20000000,4', 'OK'],
  ['Z2,20000000,0', 'E0e'],
  ['Z5,20000000,4', ''],
  ['Z2', 'E16'],
  ['z0,8000100,2', 'OK'],
  ['z4,20000000,4', 'OK'],
  ['z5,20000000,4', ''],
  ['vFlashErase:8000000,400', 'OK'],
  ['vFlashErase:8000000,3ff', 'E0e'],
  ['vFlashErase', 'E16'],
  ['vFlashWrite:8000000:ab', 'OK'],
  ['vFlashWrite:8000000:', 'OK'],
  ['vFlashWrite:20000000:ab', 'E.memtype'],
  ['vFlashWrite:ab', 'E16'],
  ['vFlashDone', 'OK'],
  [`qRcmd,${hexOfText('hello')}`, hexOfText('said hello\n')],
  [`qRcmd,${hexOfText('quiet')}`, 'OK'],
  ['qRcmd,1', 'E16'],
  ['qRcmd', 'E16'],
  ['qXfer:features:read:other.xml:0,100', 'E00'],
  ['qXfer:nothing:read::0,100', ''],
  ['qXfer:features:write:target.xml:0,100', 'E16'],
  ['qXfer:features:read:target.xml', 'E16'],
  ['qXfer:features:read:target.xml:ffff,10', 'E16'],
  ['qXfer', 'E16'],
  ['c1,2', 'E16'],
  ['sxyz', 'E16'],
  ['Cxy', 'E16'],
  ['vCont', 'E16'],
  ['vCont;', 'E16'],
  ['vCont;x', 'E16'],
  ['vCont;r1', 'E16'],
  ['vCont;C', 'E16'],
  ['vKill;1', 'OK'],
  ['D', 'OK'],
])('%j', (packet, answer) => {
  const client = new Client();
  expect(client.ask(packet)).toEqual([answer]);
  expect(client.session.isRunning).toBe(false);
});

test('registers one by one and all at once', () => {
  const client = new Client();
  client.ask('P0=78563412');
  expect(client.target.registers.get('r0')).toBe(0x12345678);
  const [all] = client.ask('g');
  expect(all.slice(0, 16)).toBe('7856341200000000');
  expect(all).toHaveLength(23 * 8);
  client.target.registers.set('pc', 0x0800_0100);
  expect(client.ask('?')[0]).toContain('0f:00010008');
  client.target.writeRegister = (name, value) => !!client.target.registers.set(name, value);
  expect(client.ask(`G${all.replaceAll('x', '0').replace('78563412', '01000000')}`)).toEqual(['OK']);
  expect(client.target.registers.get('r0')).toBe(1);
});

test('the description numbers registers as g orders them; doubles where there is an FPU', () => {
  const names = (hasFpu: boolean) => [...targetDescription(hasFpu).matchAll(/<reg name="(\w+)".*regnum="(\d+)"/g)];
  expect(names(false).map(([, name]) => name)).toEqual(registersOf(false).map(({ name }) => name));
  expect(names(true).map(([, , number]) => Number(number))).toEqual(registersOf(true).map((_, i) => i));
  const client = new Client();
  client.target.hasFpu = true;
  client.target.registers.set('s2', 1).set('s3', 2);
  expect(client.ask('p18')).toEqual(['0100000002000000']);
});

test('a document in pieces', () => {
  const client = new Client();
  let text = '';
  for (let more = true; more; ) {
    const [answer] = client.ask(`qXfer:memory-map:read::${text.length.toString(16)},40`);
    more = answer.startsWith('m');
    text += answer.slice(1);
  }
  expect(text).toContain('<memory type="flash" start="0x8000000" length="0x800"><property name="blocksize">0x400');
  expect(text).toContain('<memory type="ram" start="0x20000000" length="0x100"/>');
});

test('memory is written in hex and in binary', () => {
  const client = new Client();
  client.ask('M20000001,2:abcd');
  client.ask('X20000003,4:}#$*');
  expect(client.ask('m20000000,8')).toEqual(['00abcd7d23242a00']);
});

test('flash: erased, written, read', () => {
  const client = new Client();
  client.ask('vFlashErase:8000000,800');
  client.ask('vFlashWrite:8000002:\x01\x02#');
  client.ask('vFlashDone');
  expect(client.ask('m8000000,6')).toEqual(['ffff010223ff']);
});

test.each<[string, TargetStop, string[], string]>([
  ['vCont;c', { kind: 'breakpoint' }, [HALTED], 'continue'],
  ['c', { kind: 'breakpoint' }, [HALTED], 'continue'],
  ['C05', { kind: 'breakpoint' }, [HALTED], 'continue'],
  ['s', { kind: 'stepped' }, [HALTED], 'step'],
  ['S05', { kind: 'stepped' }, [HALTED], 'step'],
  ['vCont;s:1;c', { kind: 'stepped' }, [HALTED], 'step'],
  ['vCont;r8000100,8000110:1;c:-1', { kind: 'stepped' }, [HALTED], 'range 8000100 8000110'],
  ['c', { kind: 'watchpoint', watch: 'write', address: 0x2000_0004 }, [stopped('watch:20000004;')], 'continue'],
  ['c', { kind: 'watchpoint', watch: 'read', address: 0x2000_0004 }, [stopped('rwatch:20000004;')], 'continue'],
  ['c', { kind: 'watchpoint', watch: 'access', address: 0x2000_0004 }, [stopped('awatch:20000004;')], 'continue'],
  ['c', { kind: 'program-breakpoint' }, [HALTED], 'continue'],
  ['c', { kind: 'fault', text: 'bad' }, [`O${hexOfText('bad\n')}`, stopped('', '0b')], 'continue'],
  ['c', { kind: 'error', text: 'odd' }, [`O${hexOfText('odd\n')}`, stopped('', '06')], 'continue'],
])('%s until %j', (packet, stop, answers, action) => {
  const client = new Client();
  expect(client.run(packet, { kind: 'running' }, stop)).toEqual(answers);
  expect(client.target.log).toEqual([action, action]);
  expect(client.ask('?')).toEqual(answers.slice(-1));
});

test('c and s from another address', () => {
  const client = new Client();
  client.run('c8000200', { kind: 'breakpoint' });
  expect(client.target.registers.get('pc')).toBe(0x0800_0200);
  client.run('S05;8000300', { kind: 'stepped' });
  expect(client.target.registers.get('pc')).toBe(0x0800_0300);
});

test('a client that knows swbreak and hwbreak is told of breakpoints', () => {
  const client = new Client();
  client.ask('qSupported:multiprocess-;swbreak+;hwbreak+');
  expect(client.run('c', { kind: 'breakpoint' })).toEqual([stopped('swbreak:;')]);
  client.target.registers.set('pc', 0x0800_0100);
  client.ask('Z1,8000100,2');
  expect(client.run('c', { kind: 'breakpoint' })[0]).toMatch(/;hwbreak:;$/);
});

test('breakpoints of both types at one address; removing what is not there', () => {
  const client = new Client();
  for (const packet of ['Z0,8000100,2', 'Z1,8000100,2', 'z0,8000100,2', 'z0,8000100,2', 'z1,8000100,2'])
    expect(client.ask(packet)).toEqual(['OK']);
  expect(client.target.log).toEqual(['insert 8000100', 'insert 8000100', 'remove 8000100']);
});

test('the interrupt byte stops what runs, even in the same piece', () => {
  const client = new Client();
  client.raw('$c#63\x03');
  expect(client.session.isRunning).toBe(true);
  expect(bodies(client.session.advance())).toEqual([stopped('', '02')]);
  expect(client.target.log).toEqual(['halt']);
  // Where nothing runs it means nothing, and the next run is not stopped by it.
  expect(client.raw('\x03')).toBe('');
  expect(client.run('c', { kind: 'breakpoint' })).toEqual([HALTED]);
});

test('packets are not answered while the target runs', () => {
  const client = new Client();
  client.ask('c');
  expect(client.ask('g')).toEqual([]);
  expect(client.session.isRunning).toBe(true);
});

test('acknowledgements, repetition, and neither', () => {
  const client = new Client();
  expect(client.raw('$qC#b4')).toBe('+$QC1#c5');
  expect(client.raw('-')).toBe('$QC1#c5');
  expect(client.raw('$qC#b5')).toBe('-');
  expect(client.raw('$QStartNoAckMode#b0')).toBe('+$OK#9a');
  expect(client.raw('$qC#b4')).toBe('$QC1#c5');
  expect(client.raw('-$qC#b5')).toBe('');
});

test('restarting', () => {
  const client = new Client();
  expect(client.ask('R00')).toEqual([]);
  expect(client.ask('vRun;')).toEqual([HALTED]);
  expect(client.target.log).toEqual(['halt', 'reset', 'halt', 'reset']);
});

test.each([
  ['D', 'detached', false],
  ['D;1', 'detached', false],
  ['k', 'killed', false],
  ['vKill;1', 'killed', false],
  ['!', undefined, true],
] as const)('%s ends the session: %s', (packet, end, isExtended) => {
  const client = new Client();
  client.ask(packet);
  expect(client.session.end).toBe(end);
  expect(client.session.isExtended).toBe(isExtended);
  if (end !== undefined) expect(client.ask('g')).toEqual([]);
});

test('in an extended session killing is starting anew', () => {
  const client = new Client();
  for (const packet of ['!', 'vKill;1', 'k', 'vRun;']) client.ask(packet);
  expect(client.session.end).toBeUndefined();
  expect(client.target.log).toEqual(['halt', 'reset', 'halt', 'reset', 'halt', 'reset']);
});

test('hex', () => {
  expect(bytesOfHex('0aFF')).toEqual(Uint8Array.of(10, 255));
  expect(bytesOfHex('0')).toBeUndefined();
});
