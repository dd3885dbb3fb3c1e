/*
 * libcmagent: Concurrency Monitoring for a native interface, by way of cmagentd (contract.md,
 * "Local HTTP API"). C89 and C++98, no run-time library of C++, no heap, no thread, no signal;
 * nothing here blocks, exits or writes to a standard stream.
 *
 * A client is one picture: it has one session at most. Open it in memory of your own, wait for its
 * one descriptor in whatever loop you have, and let it tell you what to do:
 *
 *     CMAGENT_STARTED  play.
 *     CMAGENT_STOP     stop playing, then call cmagent_stopped().
 *     CMAGENT_LIMIT    ask the viewer which stream to end, then cmagent_resolve(), or give up.
 *     CMAGENT_FAILED   nothing plays; tell the viewer why.
 *     CMAGENT_ENDED    the slot was given back.
 *
 * Threads: a client is used by one thread at a time; different clients know nothing of each other.
 *
 * Re-entrancy: on_event is only ever called from within cmagent_dispatch(). In it every function
 * may be called but cmagent_dispatch() of the same client; cmagent_close(), too: cmagent_dispatch()
 * then touches the client no more.
 *
 * Texts: UTF-8, zero-terminated. What is handed to a function is copied. No text and no structure
 * that the library hands out is ever a null pointer, unless it says so: what is not known is "".
 * Those of an event live until on_event returns, those of a conflict as long as the conflict.
 *
 * A start while something plays is a zap: stop the old picture first, for the session behind it
 * ends with the start, be it granted or not. Starts that come while one is under way take its
 * place: only the newest is told of.
 *
 * Where the daemon is gone the picture plays on. When the daemon is back the session is looked up,
 * and one that is no more is a CMAGENT_STOP. What has to be told (stopped, given back) is told
 * until it was heard, with pauses that grow to 10 s.
 */
#ifndef CMAGENT_H
#define CMAGENT_H

#include <stddef.h>

#if defined(__GNUC__)
#define CMAGENT_API __attribute__((visibility("default")))
#else
#define CMAGENT_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The least memory of a client, in bytes. A page that was never needed is never touched. More holds
 * longer answers (with this much some 25 KB: 60 streams in the way), up to 448 KiB, which hold all
 * that the daemon sends.
 */
#define CMAGENT_SIZE 196608

/* What a function returns: 0, or why it has done nothing. */
enum cmagent_result {
    CMAGENT_OK = 0,
    CMAGENT_INVALID = -1,  /* an argument is not as it is described here */
    CMAGENT_TOO_LONG = -2, /* a text, or all of them together, are longer than a request may be */
    CMAGENT_NOT_NOW = -3,  /* the client is in a state in which this means nothing */
    CMAGENT_SYSTEM = -4    /* the system gave no descriptor, or no random bytes: errno says why */
};

enum cmagent_state {
    CMAGENT_IDLE = 0,
    CMAGENT_STARTING = 1,
    CMAGENT_PLAYING = 2,
    CMAGENT_STOPPING = 3, /* CMAGENT_STOP was told; cmagent_stopped() is waited for */
    CMAGENT_ENDING = 4    /* nothing plays any more; the daemon is being told */
};

enum cmagent_event_kind {
    /* A start was granted: play. `session`. */
    CMAGENT_STARTED = 1,
    /*
     * The limit is reached, or its list has changed: cmagent_get_conflict(). `message` is the line
     * for the viewer. After the end of what played it says why, and the picture can be had again.
     */
    CMAGENT_LIMIT = 2,
    /* A start, a choice or a wait came to nothing: `code`, `status`, `message` and the others. */
    CMAGENT_FAILED = 3,
    /* Stop the picture, then cmagent_stopped(). `session`, `code` (an endReason), `message`. */
    CMAGENT_STOP = 4,
    /*
     * The session is over, and nothing of it is left. `session`, `code` (an endReason; "" where it
     * is not known), `message`, `playback`. A start that was called off ends with it, too.
     */
    CMAGENT_ENDED = 5,
    /* `session`, `session_state`, `paused`. */
    CMAGENT_CHANGED = 6,
    /* A place is waited for until `until`; "": no longer. */
    CMAGENT_WAITING = 7,
    /* A place is free, waited for without `start`: cmagent_resolve() with no code takes it. */
    CMAGENT_SLOT_FREE = 8,
    /* The conflict is over without a start: too old, or forgotten in a restart of the daemon. */
    CMAGENT_LIMIT_OVER = 9,
    /* The daemon is heard; it is no longer, `reason` says why. For your information only. */
    CMAGENT_CONNECTED = 10,
    CMAGENT_DISCONNECTED = 11,
    /*
     * With `watch`: an event of another session, or of none, as the daemon has sent it: `name`,
     * `data` (JSON; contract.md, "Events"). Without it: `obligation` and `cm` only, while
     * connected.
     */
    CMAGENT_NEWS = 12
};

struct cmagent_event {
    int kind;             /* enum cmagent_event_kind; pass over those that you do not know */
    int status;           /* of the answer; 0: there was none */
    const char* session;  /* its id */
    const char* code;     /* an endReason, or the code of a problem (contract.md, "Problems"); */
                          /* "unreachable", "unreadable": no answer, or not one of the daemon's */
    const char* reason;   /* of a problem, for the integrator */
    const char* field;    /* of a problem with a member of the request */
    const char* message;  /* one line for the viewer, in `language` */
    const char* playback; /* "stopped", "forced", "unconfirmed", "untouched" */
    const char* session_state; /* "active", "grace", ... */
    const char* until;         /* RFC 3339 */
    const char* name;
    const char* data;
    int paused;
    unsigned retry_after; /* seconds; 0: not told */
};

struct cmagent_client;

struct cmagent_options {
    size_t size; /* sizeof(struct cmagent_options): later versions know more */
    /*
     * "http://127.0.0.1:8790" (also null), a loopback address or "localhost", which is 127.0.0.1;
     * or "unix:/run/cmagent.sock".
     */
    const char* url;
    const char* token; /* of http.tokenFile; null: none */
    /*
     * Whose sessions these are (contract.md, "Owner"). Null: a new key. One that is kept over a
     * restart of the interface lets it give back at once what it was watching before, which is the
     * first thing that a client with a key does. No two clients may have the same at a time.
     */
    const char* client_key;
    const char* language; /* Accept-Language; null: the daemon's */
    unsigned timeout_ms;  /* for an answer; 0: 30000, which is more than CM may take */
    int watch;            /* not 0: events of all sessions, from the beginning */
    void (*on_event)(void* user, struct cmagent_client* client, const struct cmagent_event* event);
    void* user;
};

/*
 * Opens a client in `memory`, at least CMAGENT_SIZE bytes at any address, which is the library's
 * until cmagent_close(). The daemon need not be there. CMAGENT_INVALID, _TOO_LONG, _SYSTEM: there
 * is none.
 */
CMAGENT_API int cmagent_open(struct cmagent_client** client, void* memory, size_t size,
                             const struct cmagent_options* options);

/*
 * Closes it at once, and wipes the memory. A session that is still there is missed by the daemon
 * after `player.lostSeconds`: to give it back, cmagent_stop() and wait for CMAGENT_ENDED first.
 * Null is nothing.
 */
CMAGENT_API void cmagent_close(struct cmagent_client* client);

/*
 * The loop. Wait until the descriptor has one of these events (of poll(2): always POLLIN), or so
 * many milliseconds are over (-1: no limit), then dispatch. Ask for the time again after every call
 * of any function. The descriptor is the same as long as the client is open (epoll inside: it nests
 * in poll, select, epoll, GLib, Qt and libuv alike); never read from it.
 */
CMAGENT_API int cmagent_fd(const struct cmagent_client* client);
CMAGENT_API short cmagent_events(const struct cmagent_client* client);
CMAGENT_API int cmagent_timeout_ms(const struct cmagent_client* client);
/* CMAGENT_OK; CMAGENT_NOT_NOW from within on_event. */
CMAGENT_API int cmagent_dispatch(struct cmagent_client* client);

struct cmagent_pair {
    const char* name;
    const char* value;
};

/* contract.md, `POST /v1/sessions`, has the meaning and the limits of each. Null: left out. */
struct cmagent_request {
    size_t size; /* sizeof(struct cmagent_request) */
    const char* idp;
    const char* subject;
    const char* application;
    const char* player;
    const char* client_version;
    const struct cmagent_pair* metadata;
    size_t metadata_count;
    const char* const* terminate; /* codes of streams to end for it */
    size_t terminate_count;
};

/*
 * Asks for a session: CMAGENT_STARTED, _LIMIT or _FAILED follows, unless another start or
 * cmagent_stop() comes before. Allowed at any time but in CMAGENT_STOPPING: what is to stop is
 * confirmed first.
 */
CMAGENT_API int cmagent_start(struct cmagent_client* client, const struct cmagent_request* request);

/*
 * The picture was stopped by the viewer, or has ended: gives the session back. While starting:
 * calls it off. CMAGENT_ENDED follows. In CMAGENT_STOPPING the same as cmagent_stopped().
 */
CMAGENT_API int cmagent_stop(struct cmagent_client* client);

/* After CMAGENT_STOP: nothing is shown any more. Not earlier: the daemon believes it. */
CMAGENT_API int cmagent_stopped(struct cmagent_client* client);

/* The picture stands still, or moves again. The daemon ends what is paused for long. */
CMAGENT_API int cmagent_pause(struct cmagent_client* client);
CMAGENT_API int cmagent_resume(struct cmagent_client* client);

/* --- a limit --- */

struct cmagent_conflict {
    const char* id;
    const char* detail;  /* one line for the viewer */
    const char* session; /* that it has ended; "": it was a start */
    const char* expires_at;
    unsigned attempt; /* how many times CM has refused it */
    size_t violations;
    size_t streams; /* of all violations */
    size_t more;    /* that are not listed */
};

struct cmagent_violation {
    const char* line;    /* for the viewer */
    const char* kind;    /* "streams", "devices", "channel", "other" */
    const char* message; /* CM's own words */
    const char* rule;
    const char* policy;
    int threshold; /* -1: not told */
};

struct cmagent_stream {
    size_t violation; /* number of the one that it counts for; one of each has to end */
    const char* code; /* for cmagent_resolve(); "": it cannot be ended from here */
    const char* device_name;
    const char* application_name;
    const char* channel;
    const char* started_at;
    const char* paused_since;
    const char* session; /* CM's id */
    const char* here;    /* session of this box */
};

/*
 * The conflict that is open, or null. It stays until it is resolved, given up, over, or another
 * CMAGENT_LIMIT comes; so do its texts. Null for a number that there is not.
 */
CMAGENT_API const struct cmagent_conflict* cmagent_get_conflict(
    const struct cmagent_client* client);
CMAGENT_API const struct cmagent_violation* cmagent_get_violation(
    const struct cmagent_client* client, size_t number);
CMAGENT_API const struct cmagent_stream* cmagent_get_stream(const struct cmagent_client* client,
                                                            size_t number);

/*
 * Ends these streams and starts what was asked for; without codes: asks again. CMAGENT_STARTED,
 * _LIMIT or _FAILED follows. `codes` may be texts of the conflict.
 */
CMAGENT_API int cmagent_resolve(struct cmagent_client* client, const char* const* codes,
                                size_t count);

/*
 * Waits for a place, `seconds` (0 to 3600; 0: no longer). Not 0 in `start`: what was asked for
 * starts then, and CMAGENT_STARTED is told; else CMAGENT_SLOT_FREE. CMAGENT_WAITING or _FAILED
 * follows.
 */
CMAGENT_API int cmagent_wait(struct cmagent_client* client, unsigned seconds, int start);

/* The viewer has given up. */
CMAGENT_API int cmagent_give_up(struct cmagent_client* client);

CMAGENT_API int cmagent_get_state(const struct cmagent_client* client); /* enum cmagent_state */
/* Its id; "": none. Until the next call or dispatch. */
CMAGENT_API const char* cmagent_get_session(const struct cmagent_client* client);

/* A result in English, for a log. */
CMAGENT_API const char* cmagent_describe(int result);
/* "MAJOR.MINOR.PATCH" */
CMAGENT_API const char* cmagent_version(void);

#ifdef __cplusplus
}
#endif

#endif
