/* An app in C for slot 2 of the classic layout: it knows the magic-word protocol and nothing else of Kickstage. */
typedef unsigned int u32;

#define REG(a) (*(volatile u32 *)(a))
#define RCC_AHB1ENR REG(0x40023830)
#define RCC_APB1ENR REG(0x40023840)
#define GPIOA_MODER REG(0x40020000)
#define GPIOA_AFRL REG(0x40020020)
#define USART2_SR REG(0x40004400)
#define USART2_DR REG(0x40004404)
#define USART2_BRR REG(0x40004408)
#define USART2_CR1 REG(0x4000440C)
#define AIRCR REG(0xE000ED0C)
#define VTOR REG(0xE000ED08)
#define MAILBOX REG(0x2001FFF8)
#define APP1_MAGIC 0xDEADBEEF

extern u32 stack_top;
static volatile u32 initialised = 0x600D;
static volatile u32 zeroed;
extern u32 data_start, data_end, data_load, bss_start, bss_end;

static void put(const char *text) {
  while (*text) {
    while (!(USART2_SR & (1 << 7))) {}
    USART2_DR = (u32)*text++;
  }
  while (!(USART2_SR & (1 << 6))) {}
}

void reset_handler(void) {
  for (u32 *to = &data_start, *from = &data_load; to < &data_end;) *to++ = *from++;
  for (u32 *to = &bss_start; to < &bss_end;) *to++ = 0;
  RCC_AHB1ENR |= 1;
  RCC_APB1ENR |= 1 << 17;
  (void)RCC_APB1ENR;
  GPIOA_MODER = (GPIOA_MODER & ~(3u << 4)) | (2u << 4);
  GPIOA_AFRL = (GPIOA_AFRL & ~(15u << 8)) | (7u << 8);
  USART2_BRR = 139; /* 16 MHz / 115200 */
  USART2_CR1 = (1 << 13) | (1 << 3);
  put("=== C APP STARTING ===\r\n");
  put(initialised == 0x600D && zeroed == 0 ? "C: data and bss are right\r\n" : "C: data or bss is wrong\r\n");
  put(MAILBOX == 0 ? "C: the request was cleared\r\n" : "C: the request is still there\r\n");
  put(VTOR == 0x08024000 ? "C: VTOR is this slot\r\n" : "C: VTOR is elsewhere\r\n");
  put("C: switching to APP1\r\n");
  MAILBOX = APP1_MAGIC;
  __asm__ volatile("dsb" ::: "memory");
  AIRCR = 0x05FA0004;
  for (;;) {}
}

static void fault(void) { for (;;) {} }

__attribute__((section(".vectors"), used)) void *const vectors[16] = {
    &stack_top, (void *)reset_handler, (void *)fault, (void *)fault, (void *)fault, (void *)fault, (void *)fault,
};
