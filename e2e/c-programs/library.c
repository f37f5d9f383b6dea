/* What a C library does: formatted output, sorting, the heap, numbers, jumps out of depth, calls by address. */
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static void formatting(void) {
  printf("%d %u %x %o %c %s %5d|%-5d|%05d %ld %lld\n", -42, 42u, 0xbeefu, 8u, 'k', "text", 7, 7, 7, -1L, 1234567890123LL);
  char text[32];
  snprintf(text, sizeof text, "%.*s", 4, "kickstage");
  printf("%s %d %zu\n", text, sscanf("12 0x1f", "%d", &(int){0}), strlen(text));
}

static void sorting(void) {
  int numbers[64];
  unsigned int seed = 1;
  for (int i = 0; i < 64; i++) numbers[i] = (int)((seed = seed * 1103515245u + 12345u) >> 16) % 1000;
  qsort(numbers, 64, sizeof numbers[0], ascending);
  int ordered = 1;
  for (int i = 1; i < 64; i++) ordered &= numbers[i - 1] <= numbers[i];
  int key = numbers[40];
  int *found = bsearch(&key, numbers, 64, sizeof numbers[0], ascending);
  printf("sorted %d, %d..%d, found %d\n", ordered, numbers[0], numbers[63], found && *found == key);
}

struct node {
  struct node *next;
  int value;
};

static void heap(void) {
  struct node *head = 0;
  for (int i = 0; i < 100; i++) {
    struct node *n = malloc(sizeof *n);
    n->next = head;
    n->value = i * i;
    head = n;
  }
  int sum = 0;
  for (struct node *n = head; n;) {
    struct node *next = n->next;
    sum += n->value;
    free(n);
    n = next;
  }
  char *big = calloc(1000, 8);
  big = realloc(big, 20000);
  printf("heap %d %d\n", sum, big[7999]);
  free(big);
}

static void numbers(void) {
  volatile float a = 1.5f, b = 0.1f;
  volatile double c = 2.0, d = 3.0;
  printf("%.6f %.6f %.6f %.3e\n", a + b, a * b, a / b, (double)(a - b));
  printf("%.15g %.15g %.15g %.15g\n", sqrt(c), sin(d), pow(c, 0.5), exp(1.0) * log(d));
  printf("%d %u %lld %f\n", (int)(c * d), (unsigned int)(d / c), (long long)(c * 1e12), (double)(long long)-7);
  printf("%d %d %d\n", isnan((double)NAN), isinf(1.0 / (c - 2.0)), (float)1e39 > 3e38f);
  long long product = 123456789LL * 987654321LL;
  printf("%lld %lld %lld\n", product, product / 1000003, product % 1000003);
}

static jmp_buf deep;
static int depth;
static void dive(int n) {
  depth = n;
  if (n == 20) longjmp(deep, n);
  dive(n + 1);
}

static int twice(int x) { return 2 * x; }
static int square(int x) { return x * x; }
static int (*const table[])(int) = {twice, square, abs};

int main(void) {
  formatting();
  sorting();
  heap();
  numbers();
  int from = setjmp(deep);
  if (from == 0) dive(1);
  printf("jumped from %d\n", from);
  int sum = 0;
  for (int i = 0; i < 30; i++) sum += table[i % 3](i - 10);
  printf("by address %d\n", sum);
  return from == 20 ? 0 : 3;
}
