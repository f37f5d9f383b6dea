/*
 * A workload of the kinds that benchmarks of small processors are made of: a linked list that is searched, reversed and
 * sorted; products of integer matrices; a machine that scans numbers; a CRC over all results; besides them floats, 64-bit
 * arithmetic, a call through a table, memory copied and filled, and a switch. No library: it brings what it needs.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int i32;
typedef unsigned long long u64;
typedef __SIZE_TYPE__ size_t;

#define EXPORT(name) __attribute__((export_name(#name)))

/* The compiler calls these for loops and assignments of structures that it recognises. */
void *memcpy(void *to, const void *from, size_t size) {
  u8 *t = to;
  const u8 *f = from;
  while (size--) *t++ = *f++;
  return to;
}

void *memset(void *to, int byte, size_t size) {
  u8 *t = to;
  while (size--) *t++ = (u8)byte;
  return to;
}

static u16 crc16(u16 crc, u32 word) {
  for (int i = 0; i < 32; i++) {
    u16 carry = (u16)((crc ^ word) & 1);
    crc >>= 1;
    if (carry) crc ^= 0xa001;
    word >>= 1;
  }
  return crc;
}

static u32 state;

static u32 next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

/* The list. */

struct node {
  struct node *next;
  i32 value;
  u16 index;
  u8 name[6];
};

#define NODES 64
static struct node nodes[NODES];

static struct node *make_list(void) {
  for (u32 i = 0; i < NODES; i++) {
    struct node fresh = {i + 1 < NODES ? &nodes[i + 1] : 0, (i32)(next() % 2000) - 1000, (u16)i, {0}};
    for (u32 k = 0; k < 6; k++) fresh.name[k] = (u8)('a' + (next() >> 8) % 26);
    nodes[i] = fresh;
  }
  return nodes;
}

static struct node *reverse(struct node *list) {
  struct node *done = 0;
  while (list) {
    struct node *rest = list->next;
    list->next = done;
    done = list;
    list = rest;
  }
  return done;
}

typedef i32 (*order)(const struct node *, const struct node *);

static i32 by_value(const struct node *a, const struct node *b) { return a->value - b->value; }
static i32 by_index(const struct node *a, const struct node *b) { return a->index - b->index; }
static i32 by_name(const struct node *a, const struct node *b) {
  for (u32 i = 0; i < 6; i++)
    if (a->name[i] != b->name[i]) return a->name[i] - b->name[i];
  return by_index(a, b);
}

static order const ORDERS[] = {by_value, by_index, by_name};

static struct node *merge(struct node *a, struct node *b, order compare) {
  struct node head;
  struct node *tail = &head;
  while (a && b) {
    struct node **from = compare(a, b) <= 0 ? &a : &b;
    tail->next = *from;
    tail = *from;
    *from = tail->next;
  }
  tail->next = a ? a : b;
  return head.next;
}

static struct node *sort(struct node *list, order compare) {
  if (!list || !list->next) return list;
  struct node *slow = list;
  for (struct node *fast = list->next; fast && fast->next; fast = fast->next->next) slow = slow->next;
  struct node *half = slow->next;
  slow->next = 0;
  return merge(sort(list, compare), sort(half, compare), compare);
}

static u16 work_list(u16 crc) {
  struct node *list = make_list();
  for (u32 i = 0; i < 3; i++) {
    list = sort(reverse(list), ORDERS[(next() + i) % 3]);
    u32 place = 0;
    for (struct node *at = list; at; at = at->next) crc = crc16(crc, (u32)at->value * 31 + at->index + place++);
  }
  return crc;
}

/* Matrices. */

#define SIZE 9
static i32 product[SIZE][SIZE];
static short left[SIZE][SIZE], right[SIZE][SIZE];

static u16 work_matrix(u16 crc) {
  for (u32 i = 0; i < SIZE; i++)
    for (u32 k = 0; k < SIZE; k++) {
      left[i][k] = (short)(next() >> 16);
      right[i][k] = (short)(next() >> 20);
    }
  u64 sum = 0;
  for (u32 i = 0; i < SIZE; i++)
    for (u32 k = 0; k < SIZE; k++) {
      i32 total = 0;
      for (u32 n = 0; n < SIZE; n++) total += left[i][n] * right[n][k];
      product[i][k] = total;
      sum += (u64)(long long)total * (u32)(k + 1);
    }
  for (u32 i = 0; i < SIZE; i++) crc = crc16(crc, (u32)(product[i][i] >> (i & 7)));
  return crc16(crc16(crc, (u32)sum), (u32)(sum >> 32));
}

/* The scanner: integers, fractions, exponents, and what is none of them. */

enum scan { START, SIGN, WHOLE, POINT, FRACTION, EXPONENT, POWER, WRONG, SCANS };

static enum scan step(enum scan at, u8 c) {
  int digit = c >= '0' && c <= '9';
  switch (at) {
    case START: return digit ? WHOLE : c == '+' || c == '-' ? SIGN : c == '.' ? POINT : WRONG;
    case SIGN: return digit ? WHOLE : c == '.' ? POINT : WRONG;
    case WHOLE: return digit ? WHOLE : c == '.' ? FRACTION : c == 'e' ? EXPONENT : WRONG;
    case POINT: return digit ? FRACTION : WRONG;
    case FRACTION: return digit ? FRACTION : c == 'e' ? EXPONENT : WRONG;
    case EXPONENT: return digit || c == '-' ? POWER : WRONG;
    case POWER: return digit ? POWER : WRONG;
    default: return WRONG;
  }
}

static const char TEXTS[8][12] = {"17", "-4.25", "+.5e3", "1e-9", "12..3", "e7", "0.000125", "-"};

static u16 work_scan(u16 crc) {
  u32 ends[SCANS] = {0};
  static u8 text[256];
  u32 length = 0;
  while (length < sizeof text - 12) {
    const char *from = TEXTS[next() >> 29];
    while (*from) text[length++] = (u8)*from++;
    text[length++] = ',';
  }
  text[length] = 0;
  enum scan at = START;
  for (u8 *c = text; *c; c++) {
    if (*c == ',') {
      ends[at]++;
      at = START;
    } else {
      if (next() % 50 == 0) *c ^= 1;
      at = step(at, *c);
    }
  }
  for (u32 i = 0; i < SCANS; i++) crc = crc16(crc, ends[i]);
  return crc;
}

/* Floats of both sizes. */

static u16 work_floats(u16 crc) {
  float f = (float)(next() & 0xffff) / 256.0f;
  double d = (double)(i32)next() * 1e-3;
  double series = 0;
  for (i32 i = 1; i <= 20; i++) {
    f = f * 1.25f - (float)i;
    d = d / 1.5 + (double)f;
    series += (i & 1 ? 1.0 : -1.0) / i;
  }
  union { double d; u64 u; } bits = {.d = d + series};
  union { float f; u32 u; } single = {.f = f};
  crc = crc16(crc, single.u);
  crc = crc16(crc16(crc, (u32)bits.u), (u32)(bits.u >> 32));
  return crc16(crc, (u32)(i32)(series * 1000.0) + (u32)(long long)(f * 16.0f));
}

static u16 (*const PARTS[])(u16) = {work_list, work_matrix, work_scan, work_floats};

EXPORT(run) u32 run(u32 seed, u32 rounds) {
  u16 crc = 0;
  state = seed | 1;
  for (u32 i = 0; i < rounds; i++)
    for (u32 part = 0; part < sizeof PARTS / sizeof PARTS[0]; part++) crc = PARTS[part](crc);
  return crc;
}

EXPORT(part) u32 part(u32 which, u32 seed) {
  state = seed | 1;
  return PARTS[which](0xffff);
}
