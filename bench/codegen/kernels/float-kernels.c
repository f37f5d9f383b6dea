/* Kernels with float in C: the algorithms of float-kernels.ts, line by line. */
#include <stdint.h>

void firFilter(float *to, const float *from, const float *coefficients, uint32_t taps) {
  for (uint32_t i = 0; i < 64; i++) {
    float sum = 0;
    for (uint32_t k = 0; k < taps; k++) sum += from[i + k] * coefficients[k];
    to[i] = sum;
  }
}

void matrixProductFloat(const float *a, const float *b, float *c, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = 0; j < n; j++) {
      float sum = 0;
      for (uint32_t k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
  }
}

uint32_t mandelbrot(uint32_t size, uint32_t most) {
  uint32_t turns = 0;
  float step = 3.0f / (float)size;
  for (uint32_t row = 0; row < size; row++) {
    float y0 = (float)row * step - 1.5f;
    for (uint32_t column = 0; column < size; column++) {
      float x0 = (float)column * step - 2.0f;
      float x = 0;
      float y = 0;
      for (uint32_t turn = 0; turn < most; turn++) {
        float xx = x * x;
        float yy = y * y;
        if (xx + yy > 4.0f) break;
        y = 2.0f * x * y + y0;
        x = xx - yy + x0;
        turns++;
      }
    }
  }
  return turns;
}

void biquad(float *to, const float *from, float *filter, uint32_t count) {
  float b0 = filter[0];
  float b1 = filter[1];
  float b2 = filter[2];
  float a1 = filter[3];
  float a2 = filter[4];
  float x1 = filter[5];
  float x2 = filter[6];
  float y1 = filter[7];
  float y2 = filter[8];
  for (uint32_t i = 0; i < count; i++) {
    float x = from[i];
    float y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    to[i] = y;
  }
  filter[5] = x1;
  filter[6] = x2;
  filter[7] = y1;
  filter[8] = y2;
}

void normalize(float *vectors, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    float x = vectors[0];
    float y = vectors[1];
    float z = vectors[2];
    float length = __builtin_sqrtf(x * x + y * y + z * z);
    if (length > 0) {
      float scale = 1.0f / length;
      vectors[0] = x * scale;
      vectors[1] = y * scale;
      vectors[2] = z * scale;
    }
    vectors += 3;
  }
}

void quantize(uint8_t *to, const float *from, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    float x = from[i] * 127.5f + 128.0f;
    if (x < 0) x = 0;
    if (x > 255) x = 255;
    to[i] = (uint8_t)(uint32_t)x;
  }
}
