/**
 * Types of the source as entries of a unit, each made when it is first asked for. A reference to an object is a pointer to
 * a structure, which a typedef names without the word `struct`; to a string, a pointer to its UTF-16 units; to a StaticArray, a pointer to its elements.
 */
import { ATE } from '@kickstage/elf/dwarf/constants';
import { type Die, die, number, reference, text } from '@kickstage/elf/dwarf/die';
import type { ProgramDebug, SourceClass, SourceType } from '@kickstage/object/program-debug';

const POINTER_SIZE = 4;

export class TypeDies {
  private readonly dies = new Map<string, Die>();
  private readonly program: ProgramDebug | undefined;
  /** Where types are put. */
  private readonly siblings: Die[];

  constructor(program: ProgramDebug | undefined, siblings: Die[]) {
    this.program = program;
    this.siblings = siblings;
  }

  of(type: SourceType): Die {
    return type.kind === 'base' ? this.base(type) : this.pointer(type.class);
  }

  private base({ name, encoding, size }: { name: string; encoding: keyof typeof ATE; size: number }): Die {
    return this.made(`base ${name}`, () =>
      die('base_type', [
        ['name', text(name)],
        ['encoding', { form: 'data1', value: ATE[encoding] }],
        ['byte_size', number(size)],
      ]),
    );
  }

  private pointer(name: string): Die {
    const found = this.program?.classes.get(name);
    const key = `pointer ${name}`;
    const to = (target?: Die) =>
      this.made(key, () =>
        die('pointer_type', [['byte_size', number(POINTER_SIZE)], target && ['type', reference(target)]]),
      );
    if (!found) return to();
    if (!found.element) return this.dies.get(key) ?? to(this.structure(name, found));
    const target = found.element === 'utf-16' ? this.base(UTF_16) : this.of(found.element);
    return this.made(`typedef ${name}`, () =>
      die('typedef', [
        ['name', text(found.name)],
        ['type', reference(to(target))],
      ]),
    );
  }

  /** Fields come behind, so that an object may hold a reference to one of its own class. */
  private structure(name: string, { name: shown, size, fields }: SourceClass): Die {
    const key = `structure ${name}`;
    const known = this.dies.get(key);
    if (known) return known;
    const made = die('structure_type', [
      ['name', text(shown)],
      ['byte_size', number(size)],
    ]);
    this.siblings.push(made);
    const named = this.made(key, () =>
      die('typedef', [
        ['name', text(shown)],
        ['type', reference(made)],
      ]),
    );
    for (const field of fields) {
      made.children.push(
        die('member', [
          ['name', text(field.name)],
          ['type', reference(this.of(field.type))],
          ['data_member_location', number(field.offset)],
        ]),
      );
    }
    return named;
  }

  private made(key: string, make: () => Die): Die {
    const known = this.dies.get(key);
    if (known) return known;
    const made = make();
    this.dies.set(key, made);
    this.siblings.push(made);
    return made;
  }
}

const UTF_16 = { name: 'char16_t', encoding: 'utf', size: 2 } as const;
