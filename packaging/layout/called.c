// Says which functions of a program are called, in the order of their first call: called SYMBOLS OUTPUT PROGRAM [ARGUMENT]...
// SYMBOLS has a line for each function, its address in the file and its name, as nm prints them. Each gets a breakpoint, which is
// taken away where it is hit, so that the program runs at nearly its own speed. For Linux on x86-64: see ptrace(2).
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned char breakpoint = 0xCC;

struct function {
    uint64_t address;
    char *name;
    unsigned char first_byte;
    bool was_called;
};

static struct function *functions;
static size_t count;
static int memory;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int by_address(const void *left, const void *right)
{
    uint64_t a = ((const struct function *)left)->address, b = ((const struct function *)right)->address;
    return (a > b) - (a < b);
}

static void read_symbols(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL, *name;
    size_t size = 0, room = 0;
    if (!file)
        die(path);
    while (getline(&line, &size, file) > 0) {
        uint64_t address = strtoull(line, &name, 16);
        name += strspn(name, " ");
        name[strcspn(name, "\n")] = 0;
        if (count == room)
            functions = realloc(functions, (room = room * 2 + 1024) * sizeof *functions);
        if (!functions)
            die("realloc");
        functions[count++] = (struct function){ .address = address, .name = strdup(name) };
    }
    free(line);
    fclose(file);
}

static uint64_t load_address(pid_t process, const char *program)
{
    char path[64], line[8192], *real = realpath(program, NULL);
    uint64_t address = 0;
    snprintf(path, sizeof path, "/proc/%d/maps", process);
    FILE *maps = fopen(path, "r");
    if (!maps || !real)
        die(program);
    while (address == 0 && fgets(line, sizeof line, maps))
        address = strstr(line, real) ? strtoull(line, NULL, 16) : 0;
    fclose(maps);
    free(real);
    return address;
}

static void set_breakpoints(pid_t process, const char *program)
{
    char path[64];
    uint64_t start = load_address(process, program);
    snprintf(path, sizeof path, "/proc/%d/mem", process);
    memory = open(path, O_RDWR);
    if (memory < 0)
        die(path);
    qsort(functions, count, sizeof *functions, by_address);
    for (size_t i = 0; i < count; i++) {
        struct function *f = &functions[i];
        f->address += start;
        if (pread(memory, &f->first_byte, 1, (off_t)f->address) != 1)
            die(f->name);
    }
    for (size_t i = 0; i < count; i++)
        if (pwrite(memory, &breakpoint, 1, (off_t)functions[i].address) != 1)
            die(functions[i].name);
}

// One function can have several names, and several functions the same code; which of them the compiler goes by is its own affair.
static void write_names(const struct function *hit, FILE *output)
{
    const struct function *end = functions + count;
    while (hit > functions && hit[-1].address == hit->address)
        hit--;
    for (uint64_t address = hit->address; hit < end && hit->address == address; hit++)
        fprintf(output, "%s\n", hit->name);
}

// A thread that hit it at the same time as another finds the function's own code when it goes on.
static bool at_breakpoint(pid_t thread, FILE *output)
{
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, thread, NULL, &registers) < 0)
        die("PTRACE_GETREGS");
    struct function key = { .address = registers.rip - 1 };
    struct function *hit = bsearch(&key, functions, count, sizeof *functions, by_address);
    if (!hit)
        return false;
    if (!hit->was_called) {
        hit->was_called = true;
        write_names(hit, output);
        if (pwrite(memory, &hit->first_byte, 1, (off_t)hit->address) != 1)
            die(hit->name);
    }
    registers.rip--;
    if (ptrace(PTRACE_SETREGS, thread, NULL, &registers) < 0)
        die("PTRACE_SETREGS");
    return true;
}

static int follow(pid_t process, FILE *output)
{
    int status;
    pid_t thread;
    while ((thread = waitpid(-1, &status, __WALL)) > 0) {
        if (!WIFSTOPPED(status)) {
            if (thread == process)
                return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
            continue;
        }
        long signal = WSTOPSIG(status);
        bool is_ours = signal == SIGSTOP || (signal == SIGTRAP && (status >> 16 != 0 || at_breakpoint(thread, output)));
        ptrace(PTRACE_CONT, thread, NULL, is_ours ? 0 : signal);
    }
    die("waitpid");
    return 1;
}

int main(int argc, char **argv)
{
    int status;
    if (argc < 4) {
        fprintf(stderr, "called SYMBOLS OUTPUT PROGRAM [ARGUMENT]...\n");
        return 2;
    }
    read_symbols(argv[1]);
    FILE *output = fopen(argv[2], "w");
    if (!output)
        die(argv[2]);
    pid_t process = fork();
    if (process == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        execv(argv[3], argv + 3);
        die(argv[3]);
    }
    if (waitpid(process, &status, 0) != process || !WIFSTOPPED(status))
        die(argv[3]);
    set_breakpoints(process, argv[3]);
    ptrace(PTRACE_SETOPTIONS, process, NULL, PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
    ptrace(PTRACE_CONT, process, NULL, 0);
    status = follow(process, output);
    fclose(output);
    return status;
}
