/**
 * For apps that can be updated, on flash with an error correcting code (STM32L4): words whose programming was cut short
 * raise the NMI when they are read.
 *
 *   export { NMI_Handler } from 'kickstage/firmware/app/nmi';
 */
export { noteFlashDoubt as NMI_Handler } from '../update/sound-read';
