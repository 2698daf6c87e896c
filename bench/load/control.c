#include "load.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

void say(const char *line)
{
    puts(line);
    fflush(stdout);
}

static void *obey(void *unused)
{
    char line[64];
    (void)unused;
    while (fgets(line, sizeof line, stdin)) {
        uint64_t bytes = __atomic_load_n(&received, __ATOMIC_RELAXED);
        printf("%" PRId64 " %" PRIu64 "\n", now_ns(), bytes);
        fflush(stdout);
    }
    _exit(0);
}

void obey_standard_input(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, obey, NULL) != 0)
        die("pthread_create");
}
