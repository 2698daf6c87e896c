#include "load.h"

#include <sys/epoll.h>
#include <sys/socket.h>

void drive_flows(int port, int streams, enum role role)
{
    int poll = new_poll();
    for (int i = 0; i < streams; i++) {
        char first = (char)role;
        int fd = dial(port);
        if (send(fd, &first, 1, MSG_NOSIGNAL) != 1)
            die("send");
        watch(poll, fd, flow_events(role != ROLE_DOWN, role != ROLE_UP));
    }
    obey_standard_input();
    say("running");
    run_flows(poll);
}
