/** The Layout as firmware in AssemblyScript imports it (`kickstage/layout`), to be read, and for compilers of others. */
import { layoutModule } from '../layout-module.ts';
import { GENERATED, type Generate, header } from './generated-file.ts';

export const generateAssemblyScript: Generate = (layout, { chip }) => [
  {
    path: `${GENERATED}/layout.ts`,
    text: `${header('slashes')}\n${layoutModule(layout, chip).replace(/^\/\/.*\n/, '')}`,
  },
];
