/** The bootloader is the library's, unchanged. The handler is for the flash of the STM32L4, which has ECC. */
export { NMI_Handler, Reset_Handler } from 'kickstage/firmware/boot/main';
