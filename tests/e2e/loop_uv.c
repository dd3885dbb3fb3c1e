/* A client of libcmagent in the loop of libuv: plays until it is told to stop. */
#include <cmagent.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

static char memory[CMAGENT_SIZE];
static struct cmagent_client* client;
static uv_poll_t ready;
static uv_timer_t due;
static int over;

static void turn(void);

static void on_ready(uv_poll_t* handle, int status, int events) {
    (void)handle;
    (void)status;
    (void)events;
    turn();
}

static void on_due(uv_timer_t* handle) {
    (void)handle;
    turn();
}

static void turn(void) {
    int timeout;
    cmagent_dispatch(client);
    timeout = cmagent_timeout_ms(client);
    uv_timer_stop(&due);
    if (timeout >= 0) uv_timer_start(&due, on_due, (uint64_t)timeout, 0);
    if (over) uv_stop(uv_default_loop());
}

static void on_event(void* user, struct cmagent_client* self, const struct cmagent_event* event) {
    (void)user;
    if (event->kind == CMAGENT_STARTED) puts("started");
    if (event->kind == CMAGENT_STOP) puts("stop");
    if (event->kind == CMAGENT_STOP) cmagent_stopped(self);
    if (event->kind == CMAGENT_ENDED) over = 1;
    fflush(stdout);
}

int main(void) {
    struct cmagent_options options = {sizeof options, NULL, NULL, NULL, NULL, 0, 0, on_event, NULL};
    struct cmagent_request request = {sizeof request, "mvpd", "home", NULL, NULL,
                                      NULL,           NULL,   0,      NULL, 0};
    options.url = getenv("CMAGENT_URL");
    if (cmagent_open(&client, memory, sizeof memory, &options) != CMAGENT_OK) return 1;
    uv_poll_init(uv_default_loop(), &ready, cmagent_fd(client));
    uv_poll_start(&ready, UV_READABLE, on_ready);
    uv_timer_init(uv_default_loop(), &due);
    cmagent_start(client, &request);
    turn();
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    uv_poll_stop(&ready);
    cmagent_close(client);
    return 0;
}
