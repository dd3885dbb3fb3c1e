/* A native player under Concurrency Monitoring: example IDP SUBJECT PLAYER ARGS...
 * cc example.c $(pkg-config --cflags --libs cmagent) */
#include <cmagent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char memory[CMAGENT_SIZE];
static char** player;
static pid_t playing;
static struct pollfd waits[2] = {{-1, 0, 0}, {-1, 0, 0}}; /* the agent; a pipe that closes with the player */
static int result = -1;

static void play(void) {
    int ends[2];
    if (pipe(ends) != 0) return;
    playing = fork();
    if (playing == 0) {
        execvp(player[0], player);
        _exit(127);
    }
    close(ends[1]);
    waits[1].fd = ends[0];
}

static void stop_playing(void) { /* a real interface does not wait here, but in its loop */
    if (playing > 0) kill(playing, SIGTERM);
    if (playing > 0) waitpid(playing, NULL, 0);
    if (waits[1].fd >= 0) close(waits[1].fd);
    playing = 0;
    waits[1].fd = -1;
}

static void on_event(void* user, struct cmagent_client* client, const struct cmagent_event* event) {
    (void)user;
    if (event->kind == CMAGENT_STARTED) play();
    if (event->kind == CMAGENT_STOP) stop_playing();
    if (event->kind == CMAGENT_STOP) cmagent_stopped(client);
    if (event->kind == CMAGENT_LIMIT || event->kind == CMAGENT_FAILED) result = 1;
    if (event->kind == CMAGENT_ENDED) result = 0;
    if (*event->code != '\0') printf("%s: %s\n", event->code, event->message);
}

int main(int argc, char** argv) {
    struct cmagent_options options = {sizeof options, getenv("CMAGENT_URL"), NULL, NULL, NULL, 0, 0,
                                      on_event, NULL};
    struct cmagent_request request = {sizeof request, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0};
    struct cmagent_client* client;
    if (argc < 4 || cmagent_open(&client, memory, sizeof memory, &options) != CMAGENT_OK) return 64;
    request.idp = argv[1];
    request.subject = argv[2];
    player = argv + 3;
    waits[0].fd = cmagent_fd(client);
    waits[0].events = cmagent_events(client);
    for (cmagent_start(client, &request); result < 0; cmagent_dispatch(client)) {
        poll(waits, 2, cmagent_timeout_ms(client));
        if (waits[1].fd < 0 || waits[1].revents == 0) continue;
        stop_playing(); /* the player has ended by itself */
        cmagent_stop(client);
    }
    cmagent_close(client);
    return result;
}
