#include "load.h"

#include <sys/socket.h>
#include <unistd.h>

/* A byte goes round each connection, so that the whole pair stands, and then nothing more. */
void hold(int port, int connections)
{
    for (int i = 0; i < connections; i++) {
        char byte = ROLE_ECHO;
        int fd = dial(port);
        if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1 || recv(fd, &byte, 1, MSG_WAITALL) != 1)
            die("first byte");
    }
    obey_standard_input();
    say("holding");
    for (;;)
        pause();
}
