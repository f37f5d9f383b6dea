/** Special registers that MRS and MSR reach, by SYSm value: DDI 0403E B5.1.1, table B5-1. */

/** SYSm values by name. EAPSR, EPSR and IEPSR read the execution bits as zero. */
export const SPECIAL_REGISTERS = {
  APSR: 0,
  IAPSR: 1,
  EAPSR: 2,
  XPSR: 3,
  IPSR: 5,
  EPSR: 6,
  IEPSR: 7,
  MSP: 8,
  PSP: 9,
  PRIMASK: 16,
  BASEPRI: 17,
  BASEPRI_MAX: 18,
  FAULTMASK: 19,
  CONTROL: 20,
} as const;

export type SpecialRegisterName = keyof typeof SPECIAL_REGISTERS;

const NAMES = new Map<number, string>(Object.entries(SPECIAL_REGISTERS).map(([name, sysm]) => [sysm, name]));

/** Name of the special register with this SYSm value; undefined where there is none. */
export function specialRegisterName(sysm: number): string | undefined {
  return NAMES.get(sysm);
}
