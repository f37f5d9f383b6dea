/** A folder with firmware, keys and an image, for tests of the commands that sign. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliResult, kickstage, kickstageProcess } from './run-cli.ts';

export const SLOT = 0x0800_8000;
/** Options that every image needs. */
export const GOOD = ['--version', '1.2.3', '--slot-size', '128K'];

/** Firmware that is linked for the slot with a header of 512 bytes. */
export function firmware(): Uint8Array {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 13) & 0xff);
  new DataView(bytes.buffer).setUint32(0, 0x2002_0000, true);
  new DataView(bytes.buffer).setUint32(4, SLOT + 512 + 9, true);
  return bytes;
}

/** The codes of the diagnostics, in order. */
export const codes = ({ events }: CliResult) =>
  events.filter(({ event }) => event === 'diagnostic').map(({ code }) => code);

export class SigningFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'kickstage-sign-'));

  readonly path = (name: string) => join(this.folder, name);
  readonly read = (name: string) => new Uint8Array(readFileSync(this.path(name)));
  readonly run = async (...args: string[]): Promise<CliResult> => kickstage(this.folder, ...args, '--json');

  /** `app.bin`; `a.pem` (Ed25519), `b.pem` (P-256) and their public halves; `a.img`; `rsa.pem`; `empty`. */
  async fill(): Promise<void> {
    writeFileSync(this.path('app.bin'), firmware());
    for (const [name, kind] of [
      ['a', 'ed25519'],
      ['b', 'p256'],
    ]) {
      await this.must('keys', 'new', `${name}.pem`, '--type', kind);
      await this.must('keys', 'public', `${name}.pem`, '--out', `${name}.pub.pem`);
    }
    await this.must('sign', 'app.bin', '--key', 'a.pem', ...GOOD, '--out', 'a.img');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
    writeFileSync(this.path('rsa.pem'), rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    writeFileSync(this.path('empty'), '');
  }

  private async must(...args: string[]): Promise<void> {
    const { code, stdout } = await this.run(...args);
    if (code !== 0) throw new Error(`kickstage ${args.join(' ')}: ${stdout}`);
  }

  /** Runs a command in a process of its own, with these variables. */
  withVariables(variables: Record<string, string>, ...args: string[]): CliResult {
    Object.assign(process.env, variables);
    try {
      return kickstageProcess(this.folder, ...args, '--json');
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
    }
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
