#include "load.h"

#include <openssl/ssl.h>
#include <unistd.h>

/* As in hold. */
void tls_hold(int port, int connections)
{
    for (int i = 0; i < connections; i++) {
        char byte;
        if (SSL_read(tls_dial(port, ROLE_ECHO), &byte, 1) != 1)
            die_of_tls("first byte back");
    }
    obey_standard_input();
    say("holding");
    for (;;)
        pause();
}
