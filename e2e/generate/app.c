/*
 * One app for every slot, on nothing but the generated start-up code, header and linker script. HERE and OTHER are the
 * numbers of this app and of the one to switch to; STM32L4 is defined for that family, else it is an STM32F4. It says over
 * USART2 what start-up did and what the bootloader reports, and switches until app1 is started by the mailbox.
 */
#include "kickstage.h"

#define REG(address) (*(volatile uint32_t *)(address))
#ifdef STM32L4
#define GPIO_ENABLE REG(0x4002104Cu)   /* RCC_AHB2ENR */
#define USART2_ENABLE REG(0x40021058u) /* RCC_APB1ENR1 */
#define GPIOA_START 0x48000000u
#define USART2_STATUS REG(0x4000441Cu) /* USART_ISR */
#define USART2_DATA REG(0x40004428u)   /* USART_TDR */
#define USART2_BRR REG(0x4000440Cu)
#define USART2_CR1 REG(0x40004400u)
#define CR1_UE (1u << 0)
#define RESET_HZ 4000000u
#else
#define GPIO_ENABLE REG(0x40023830u)   /* RCC_AHB1ENR */
#define USART2_ENABLE REG(0x40023840u) /* RCC_APB1ENR */
#define GPIOA_START 0x40020000u
#define USART2_STATUS REG(0x40004400u) /* USART_SR */
#define USART2_DATA REG(0x40004404u)   /* USART_DR */
#define USART2_BRR REG(0x40004408u)
#define USART2_CR1 REG(0x4000440Cu)
#define CR1_UE (1u << 13)
#define RESET_HZ 16000000u
#endif
#define GPIOA_MODER REG(GPIOA_START)
#define GPIOA_AFRL REG(GPIOA_START + 0x20u)
#define NVIC_ISER0 REG(0xE000E100u)
#define NVIC_ISPR0 REG(0xE000E200u)
#define VTOR REG(0xE000ED08u)
#define EXTI0_NUMBER 6

int main(void);
void SVC_Handler(void);
void EXTI0_IRQHandler(void);

static volatile uint32_t initialised = 0x600Du;
static volatile uint32_t zeroed;
static volatile uint32_t constructed;
static volatile uint32_t service_calls;
static volatile uint32_t interrupts;
static volatile float ratio = 1.5f;

__attribute__((constructor)) static void construct(void) { constructed = initialised; }

/* Both replace the weak handlers of startup.c. */
void SVC_Handler(void) { service_calls++; }
void EXTI0_IRQHandler(void) { interrupts++; }

static void put(char character) {
  while (!(USART2_STATUS & (1u << 7))) {
  }
  USART2_DATA = (uint32_t)character;
}

static void text(const char *characters) {
  while (*characters) put(*characters++);
}

static void number(const char *name, uint32_t value) {
  text(name);
  put(' ');
  if (value >= 100) put((char)('0' + value / 100 % 10));
  if (value >= 10) put((char)('0' + value / 10 % 10));
  put((char)('0' + value % 10));
}

static void line(void) {
  text("\r\n");
  while (!(USART2_STATUS & (1u << 6))) {
  }
}

static void open_console(void) {
  GPIO_ENABLE |= 1u;
  USART2_ENABLE |= 1u << 17;
  (void)USART2_ENABLE;
  GPIOA_MODER = (GPIOA_MODER & ~(3u << 4)) | (2u << 4);
  GPIOA_AFRL = (GPIOA_AFRL & ~(15u << 8)) | (7u << 8);
  USART2_BRR = (RESET_HZ + 57600u) / 115200u;
  USART2_CR1 = CR1_UE | (1u << 3);
}

static void say_start_up(void) {
  const uint32_t slots[] = {
      KICKSTAGE_SLOT_START_APP1,
      KICKSTAGE_SLOT_START_APP2,
#if KICKSTAGE_NUMBER_OF_APPS > 2
      KICKSTAGE_SLOT_START_APP3,
#endif
  };
  text(initialised == 0x600Du && zeroed == 0 ? "data and bss right" : "data or bss wrong");
  text(constructed == 0x600Du ? ", constructor ran" : ", constructor did not run");
  text(VTOR == slots[HERE] ? ", VTOR right" : ", VTOR wrong");
  ratio = ratio * 2.0f;
  text(ratio > 2.9f && ratio < 3.1f ? ", float right" : ", float wrong");
  line();
}

static void say_handlers(void) {
  __asm__ volatile("svc 0");
  NVIC_ISER0 = 1u << EXTI0_NUMBER;
  NVIC_ISPR0 = 1u << EXTI0_NUMBER;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
  number("SVC", service_calls);
  number(" EXTI0", interrupts);
  line();
}

int main(void) {
  struct kickstage_report report;
  open_console();
  number("=== C APP", HERE + 1u);
  line();
  say_start_up();
  say_handlers();
  text(kickstage_boot_report(&report) ? "report" : "no report");
  number(": slot", report.slot);
  number(" wanted", report.wanted);
  number(" reason", report.reason);
  number(" refusal", report.refusal);
  number(" attempts", report.attempts);
  line();
  if (report.reset_cause == KICKSTAGE_RESET_SOFTWARE) {
    text("after a software reset");
    line();
  }
  if (HERE == KICKSTAGE_APP_APP1 && report.reason == KICKSTAGE_REASON_MAILBOX) {
    text("back again");
    line();
    for (;;) __asm__ volatile("wfi");
  }
  kickstage_switch_to(OTHER);
}
