/* A CPU-bound mix: table and bitwise CRC-32, quicksort, recursion, an integer hash, a matrix product. Freestanding. */
typedef unsigned int u32;
typedef unsigned char u8;

#ifndef TURNS
#define TURNS 40
#endif

static u32 table[256];
static u8 buffer[4096];
static int numbers[1024];
static int a[16][16], b[16][16], c[16][16];
volatile u32 checksum;

static u32 seed;
static u32 next(void) { return seed = seed * 1664525u + 1013904223u; }

static void make_table(void) {
  for (u32 i = 0; i < 256; i++) {
    u32 r = i;
    for (int k = 0; k < 8; k++) r = r & 1 ? (r >> 1) ^ 0xEDB88320u : r >> 1;
    table[i] = r;
  }
}

static u32 crc_table(const u8 *p, u32 n) {
  u32 r = ~0u;
  while (n--) r = table[(r ^ *p++) & 255] ^ (r >> 8);
  return ~r;
}

static u32 crc_bits(const u8 *p, u32 n) {
  u32 r = ~0u;
  while (n--) {
    r ^= *p++;
    for (int k = 0; k < 8; k++) r = r & 1 ? (r >> 1) ^ 0xEDB88320u : r >> 1;
  }
  return ~r;
}

static void sort(int *v, int lo, int hi) {
  if (lo >= hi) return;
  int pivot = v[(lo + hi) / 2], i = lo, j = hi;
  while (i <= j) {
    while (v[i] < pivot) i++;
    while (v[j] > pivot) j--;
    if (i <= j) { int t = v[i]; v[i] = v[j]; v[j] = t; i++; j--; }
  }
  sort(v, lo, j);
  sort(v, i, hi);
}

static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

static u32 hash(u32 x) {
  x ^= x >> 16; x *= 0x7feb352du; x ^= x >> 15; x *= 0x846ca68bu; x ^= x >> 16;
  return x;
}

static void product(void) {
  for (int i = 0; i < 16; i++)
    for (int j = 0; j < 16; j++) {
      int s = 0;
      for (int k = 0; k < 16; k++) s += a[i][k] * b[k][j];
      c[i][j] = s;
    }
}

__attribute__((noinline)) void done(void) {
#ifdef SEMIHOSTING
  register u32 r0 __asm__("r0") = 0x18;
  register u32 r1 __asm__("r1") = 0x20026;
  __asm__ volatile("bkpt 0xAB" : : "r"(r0), "r"(r1));
#endif
  for (;;) __asm__ volatile("nop");
}

void start(void) {
  u32 sum = 0;
  seed = 12345;
  make_table();
  for (int turn = 0; turn < TURNS; turn++) {
    for (u32 i = 0; i < sizeof buffer; i++) buffer[i] = (u8)(next() >> 24);
    sum += crc_table(buffer, sizeof buffer);
    sum ^= crc_bits(buffer, sizeof buffer / 4);
    for (int i = 0; i < 1024; i++) numbers[i] = (int)next();
    sort(numbers, 0, 1023);
    sum += (u32)numbers[100] + (u32)fib(12);
    for (u32 i = 0; i < 2000; i++) sum = hash(sum + i);
    for (int i = 0; i < 16; i++)
      for (int j = 0; j < 16; j++) { a[i][j] = (int)(next() & 1023); b[i][j] = (int)(next() & 1023); }
    product();
    sum += (u32)c[3][5];
  }
  checksum = sum;
  done();
}

__attribute__((section(".vectors"), used)) void *const vectors[] = {(void *)STACK_TOP, (void *)start};
