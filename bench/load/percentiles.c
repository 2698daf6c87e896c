#include "load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void samples_init(struct samples *samples, size_t capacity)
{
    *samples = (struct samples){ .ns = malloc(capacity * sizeof(uint64_t)), .capacity = capacity };
    if (!samples->ns)
        die("malloc");
}

void samples_add(struct samples *samples, int64_t ns)
{
    if (samples->count < samples->capacity)
        samples->ns[samples->count++] = (uint64_t)ns;
}

static int ascending(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static double microseconds(const struct samples *samples, double share)
{
    return samples->ns[(size_t)(share * (double)(samples->count - 1))] / 1000.0;
}

void samples_print(struct samples *samples)
{
    if (samples->count == 0) {
        fprintf(stderr, "nothing was measured\n");
        exit(1);
    }
    qsort(samples->ns, samples->count, sizeof(uint64_t), ascending);
    printf("samples=%zu\np50=%.2f\np99=%.2f\np999=%.2f\nmax=%.2f\n", samples->count,
        microseconds(samples, 0.5), microseconds(samples, 0.99), microseconds(samples, 0.999), microseconds(samples, 1));
}
