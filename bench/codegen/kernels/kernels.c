/* The kernels of kernels.ts in C, line by line. */
#include <stdint.h>
#include "tables.h"

uint32_t crc32Bitwise(const uint8_t *data, uint32_t size) {
  uint32_t crc = 0xffffffff;
  for (uint32_t i = 0; i < size; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
  }
  return ~crc;
}

uint32_t crc32Table(const uint8_t *data, uint32_t size) {
  uint32_t crc = 0xffffffff;
  for (uint32_t i = 0; i < size; i++) crc = CRC_TABLE[(crc ^ data[i]) & 0xff] ^ (crc >> 8);
  return ~crc;
}

static inline uint32_t rotr(uint32_t x, int n) { return x >> n | x << (32 - n); }

void sha256Block(uint32_t *state, const uint32_t *block, uint32_t *w) {
  for (uint32_t t = 0; t < 16; t++) w[t] = __builtin_bswap32(block[t]);
  for (uint32_t t = 16; t < 64; t++) {
    uint32_t x = w[t - 15];
    uint32_t y = w[t - 2];
    uint32_t s0 = rotr(x, 7) ^ rotr(x, 18) ^ (x >> 3);
    uint32_t s1 = rotr(y, 17) ^ rotr(y, 19) ^ (y >> 10);
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  uint32_t a = state[0];
  uint32_t b = state[1];
  uint32_t c = state[2];
  uint32_t d = state[3];
  uint32_t e = state[4];
  uint32_t f = state[5];
  uint32_t g = state[6];
  uint32_t h = state[7];
  for (uint32_t t = 0; t < 64; t++) {
    uint32_t s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    uint32_t ch = (e & f) ^ (~e & g);
    uint32_t t1 = h + s1 + ch + ROUND_CONSTANTS[t] + w[t];
    uint32_t s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
    uint32_t maj = (a & b) ^ (a & c) ^ (b & c);
    uint32_t t2 = s0 + maj;
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

void copyBytes(uint8_t *to, const uint8_t *from, uint32_t size) {
  for (uint32_t i = 0; i < size; i++) to[i] = from[i];
}

void fillBytes(uint8_t *to, uint32_t value, uint32_t size) {
  for (uint32_t i = 0; i < size; i++) to[i] = value;
}

int32_t compareBytes(const uint8_t *a, const uint8_t *b, uint32_t size) {
  for (uint32_t i = 0; i < size; i++) {
    uint8_t x = a[i];
    uint8_t y = b[i];
    if (x != y) return (int32_t)x - (int32_t)y;
  }
  return 0;
}

void copyWords(uint32_t *to, const uint32_t *from, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) to[i] = from[i];
}

void insertionSort(int32_t *items, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    int32_t item = items[i];
    uint32_t at = i;
    while (at > 0 && items[at - 1] > item) {
      items[at] = items[at - 1];
      at--;
    }
    items[at] = item;
  }
}

void matrixProduct(const int32_t *a, const int32_t *b, int32_t *c, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = 0; j < n; j++) {
      int32_t sum = 0;
      for (uint32_t k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
  }
}

uint32_t stateMachine(const uint8_t *text, uint32_t size) {
  uint32_t state = 0;
  uint32_t counts = 0;
  for (uint32_t i = 0; i < size; i++) {
    uint32_t c = text[i];
    _Bool isDigit = c >= 48 && c <= 57;
    _Bool isEnd = c == 44;
    switch (state) {
      case 0:
        if (c == 43 || c == 45) state = 1;
        else if (isDigit) state = 2;
        else if (!isEnd) state = 7;
        break;
      case 1:
        state = isDigit ? 2 : 7;
        break;
      case 2:
        if (c == 46) state = 3;
        else if (c == 101) state = 4;
        else if (isEnd) {
          counts += 1;
          state = 0;
        } else if (!isDigit) state = 7;
        break;
      case 3:
        if (c == 101) state = 4;
        else if (isEnd) {
          counts += 0x100;
          state = 0;
        } else if (!isDigit) state = 7;
        break;
      case 4:
        state = c == 43 || c == 45 ? 5 : isDigit ? 6 : 7;
        break;
      case 5:
        state = isDigit ? 6 : 7;
        break;
      case 6:
        if (isEnd) {
          counts += 0x10000;
          state = 0;
        } else if (!isDigit) state = 7;
        break;
      default:
        if (isEnd) state = 0;
    }
  }
  return counts;
}

int64_t multiplyAccumulate(const int32_t *a, const int32_t *b, uint32_t count) {
  int64_t sum = 0;
  for (uint32_t i = 0; i < count; i++) sum += (int64_t)a[i] * (int64_t)b[i];
  return sum;
}

struct node {
  const struct node *next;
  uint32_t value;
};

uint32_t listWalk(const struct node *head, uint32_t skipped) {
  uint32_t sum = 0;
  for (const struct node *node = head; node != 0; node = node->next) {
    if (node->value != skipped) sum += node->value;
  }
  return sum;
}
