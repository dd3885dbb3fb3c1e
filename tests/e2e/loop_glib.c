/* A client of libcmagent in the loop of GLib: plays until it is told to stop. */
#include <cmagent.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

static char memory[CMAGENT_SIZE];
static struct cmagent_client* client;
static GMainLoop* loop;

typedef struct {
    GSource source;
    gpointer tag;
} Source;

static gboolean prepare(GSource* source, gint* timeout) {
    (void)source;
    *timeout = cmagent_timeout_ms(client);
    return *timeout == 0;
}

static gboolean check(GSource* source) {
    return g_source_query_unix_fd(source, ((Source*)source)->tag) != 0 ||
           cmagent_timeout_ms(client) == 0;
}

static gboolean dispatch(GSource* source, GSourceFunc callback, gpointer data) {
    (void)source;
    (void)callback;
    (void)data;
    cmagent_dispatch(client);
    return G_SOURCE_CONTINUE;
}

static void on_event(void* user, struct cmagent_client* self, const struct cmagent_event* event) {
    (void)user;
    if (event->kind == CMAGENT_STARTED) puts("started");
    if (event->kind == CMAGENT_STOP) puts("stop");
    if (event->kind == CMAGENT_STOP) cmagent_stopped(self);
    if (event->kind == CMAGENT_ENDED) g_main_loop_quit(loop);
    fflush(stdout);
}

int main(void) {
    static GSourceFuncs functions = {prepare, check, dispatch, NULL, NULL, NULL};
    struct cmagent_options options = {sizeof options, NULL, NULL, NULL, NULL, 0, 0, on_event, NULL};
    struct cmagent_request request = {sizeof request, "mvpd", "home", NULL, NULL,
                                      NULL,           NULL,   0,      NULL, 0};
    GSource* source = g_source_new(&functions, sizeof(Source));
    options.url = getenv("CMAGENT_URL");
    if (cmagent_open(&client, memory, sizeof memory, &options) != CMAGENT_OK) return 1;
    loop = g_main_loop_new(NULL, FALSE);
    ((Source*)source)->tag = g_source_add_unix_fd(source, cmagent_fd(client), G_IO_IN);
    g_source_attach(source, NULL);
    cmagent_start(client, &request);
    g_main_loop_run(loop);
    cmagent_close(client);
    return 0;
}
