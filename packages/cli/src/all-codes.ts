/** All diagnostics of all packages, for `kickstage explain`. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';
import { CATALOGUE as GEN_CODES } from '@kickstage/codegen/catalogue';
import { ELF_CODES } from '@kickstage/elf/catalogue';
import { EMU_CODES } from '@kickstage/emulator/catalogue';
import { IMG_CODES } from '@kickstage/image/catalogue';
import { KEY_CODES } from '@kickstage/image/keys/catalogue';
import { LNK_CODES } from '@kickstage/linker/catalogue';
import { MAP_CODES } from '@kickstage/memory-map/catalogue';
import { ASC_CODES, UPD_CODES } from '@kickstage/toolchain/catalogue';
import { EXE_CODES } from '@kickstage/toolchain/exec/catalogue';
import { FLS_CODES } from '@kickstage/toolchain/flash/catalogue';
import { FIL_CODES } from '@kickstage/toolchain/generate/catalogue';
import { LAB_CODES } from '@kickstage/toolchain/powercut-catalogue';
import { SND_CODES } from '@kickstage/toolchain/transfer/catalogue';
import { CATALOGUE as WASM_CODES } from '@kickstage/wasm/catalogue';
import { CLI_CODES } from './catalogue.ts';

export const ALL_CODES: readonly CodeExplanation[] = [
  ...MAP_CODES,
  ...ASC_CODES,
  ...UPD_CODES,
  ...WASM_CODES,
  ...GEN_CODES,
  ...LNK_CODES,
  ...ELF_CODES,
  ...IMG_CODES,
  ...KEY_CODES,
  ...EMU_CODES,
  ...EXE_CODES,
  ...FIL_CODES,
  ...FLS_CODES,
  ...SND_CODES,
  ...LAB_CODES,
  ...CLI_CODES,
];
