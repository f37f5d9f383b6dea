/** The bootloader is the library's, unchanged. Write your own Reset_Handler here to replace it. */
export { Reset_Handler } from 'kickstage/firmware/boot/main';
