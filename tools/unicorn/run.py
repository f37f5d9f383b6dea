"""Runs single instructions on Unicorn: NDJSON cases (cases.ts) on standard input, one NDJSON result each on standard output.

A result has what the case left behind, with RAM as [offset, byte] pairs that changed, or {"fault": text}. The engine is
opened anew after an error, since its state is not defined then.
"""
import json
import struct
import sys

from unicorn import UC_ARCH_ARM, UC_ERR_FETCH_UNMAPPED, UC_HOOK_CODE, UC_MODE_MCLASS, UC_MODE_THUMB, Uc, UcError
from unicorn import arm_const as arm

FLASH, FLASH_SIZE = 0x08000000, 0x10000
RAM, RAM_SIZE = 0x20000000, 0x4000
REGISTERS = [getattr(arm, f"UC_ARM_REG_R{i}") for i in range(13)] + [arm.UC_ARM_REG_SP, arm.UC_ARM_REG_LR]
MASK = 0xFFFFFFFF
# Where MSR APSR_nzcvqg, R0 stands: a write of XPSR from outside does not reach GE. Then CLREX: the engine's exclusive
# monitor would else be as an earlier case has left it.
SET_FLAGS = FLASH + 0xF000
SET_FLAGS_CODE = bytes.fromhex("80f3008cbff32f8f")
SINGLES = [getattr(arm, f"UC_ARM_REG_S{i}") for i in range(32)]
# Where VMOV.F32 S0, S0 stands: the first floating-point instruction takes FPSCR from FPDSCR.
NEW_CONTEXT = FLASH + 0xF100
NEW_CONTEXT_CODE = bytes.fromhex("b0ee400a")


def pattern(kind, size):
    """The same as patternWord of cases.ts."""
    words = []
    for i in range(size // 4):
        x = ((i + 1) * 0x9E3779B1) & MASK
        x ^= x >> 15
        words.append((0x08000001 | (x & 0x7FFE)) if kind == "code" else (x * 0x85EBCA6B) & MASK)
    return struct.pack(f"<{len(words)}I", *words)


FLASH_PATTERN = pattern("noise", FLASH_SIZE)
RAM_PATTERNS = {kind: pattern(kind, RAM_SIZE) for kind in ("noise", "code")}


def open_engine():
    uc = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
    uc.ctl_set_cpu_model(arm.UC_CPU_ARM_CORTEX_M4)
    uc.mem_map(FLASH, FLASH_SIZE)
    uc.mem_map(RAM, RAM_SIZE)
    uc.mem_write(FLASH, FLASH_PATTERN)
    uc.mem_write(SET_FLAGS, SET_FLAGS_CODE)
    uc.mem_write(NEW_CONTEXT, NEW_CONTEXT_CODE)
    return uc


def run(uc, case):
    code = bytes.fromhex(case["code"])
    pc = case["pc"]
    before = RAM_PATTERNS[case["ram"]]
    uc.mem_write(RAM, before)
    uc.mem_write(pc, code)
    uc.ctl_remove_cache(pc, pc + len(code) + 4)
    uc.reg_write(arm.UC_ARM_REG_R0, case["apsr"])
    uc.emu_start(SET_FLAGS | 1, SET_FLAGS + 8, count=2)
    for register, value in zip(REGISTERS, case["registers"]):
        uc.reg_write(register, value)
    if "singles" in case:
        uc.emu_start(NEW_CONTEXT | 1, NEW_CONTEXT + 4, count=1)
        for register, value in zip(SINGLES, case["singles"]):
            uc.reg_write(register, value)
        uc.reg_write(arm.UC_ARM_REG_FPSCR, case["fpscr"])
    # Unicorn does not count what an IT skips: stop it where the code ends.
    end = pc + len(code)
    hook = None
    if case["count"] == 2:
        hook = uc.hook_add(UC_HOOK_CODE, lambda engine, *_: engine.emu_stop(), begin=end, end=end)
    try:
        uc.emu_start(pc | 1, 0xFFFFFFFE, count=case["count"])
    except UcError as error:
        # The instruction itself is done when only the fetch behind its branch fails.
        if error.errno != UC_ERR_FETCH_UNMAPPED:
            raise
    finally:
        if hook is not None:
            uc.hook_del(hook)
    after = bytes(uc.mem_read(RAM, RAM_SIZE))
    changed = [] if after == before else [[i, b] for i, (a, b) in enumerate(zip(before, after)) if a != b]
    result = {
        "registers": [uc.reg_read(register) & MASK for register in REGISTERS],
        "pc": uc.reg_read(arm.UC_ARM_REG_PC) & MASK & ~1,
        "apsr": uc.reg_read(arm.UC_ARM_REG_XPSR) & 0xF80F0000,
        "ram": changed,
    }
    if "singles" in case:
        result["singles"] = [uc.reg_read(register) & MASK for register in SINGLES]
        result["fpscr"] = uc.reg_read(arm.UC_ARM_REG_FPSCR) & MASK
    offset = pc - FLASH
    uc.mem_write(pc, FLASH_PATTERN[offset : offset + len(code)])
    return result


def main():
    uc = open_engine()
    out = []
    for line in sys.stdin:
        try:
            out.append(json.dumps(run(uc, json.loads(line))))
        except UcError as error:
            out.append(json.dumps({"fault": str(error)}))
            uc = open_engine()
        if len(out) == 1000:
            sys.stdout.write("\n".join(out) + "\n")
            out = []
    if out:
        sys.stdout.write("\n".join(out) + "\n")


main()
