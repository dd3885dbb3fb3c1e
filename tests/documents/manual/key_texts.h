#pragma once
// What the tables of the configuration do not say of a key, for cmagent.json(5): they are the
// box's, and texts would cost it. The page is not made where one is missing or one too many.

namespace cmagent::manual {

struct KeyText {
    const char* key;
    const char* text;
};

inline constexpr KeyText kKeyTexts[] = {
    {"cm.url", "The service: https, but for loopback."},
    {"cm.applicationId",
     "The id of the box's first application at the service. May be a secret: it is never logged."},
    {"cm.applications", "Further applications: a name, by which a start picks it, and its id."},
    {"cm.caFile",
     "The roots that the service's certificate is verified with. TLS is always verified."},
    {"cm.pins",
     "\"sha256/BASE64\" of public keys, one of which must be in the verified chain; none: any."},
    {"cm.clientCertFile",
     "A certificate that identifies the box, with its chain; with clientKeyFile."},
    {"cm.clientKeyFile", "Its key."},
    {"cm.connectTimeoutMs", "For resolving and connecting, each."},
    {"cm.requestTimeoutMs", "For a request and its answer."},
    {"http.listen",
     "Where the local API is served: ADDRESS:PORT, [ADDRESS]:PORT or unix:/PATH; default "
     "127.0.0.1:8790 and [::1]:8790. An address that "
     "is not loopback needs tokenFile."},
    {"http.allowedOrigins",
     "Origins of web apps that may call; \"null\" for pages from files, with tokenFile only."},
    {"http.allowedHosts", "Names under which the box is reached, besides loopback."},
    {"http.tokenFile",
     "Lines TOKEN [application ...] [player:NAME ...]: who calls needs one of them; empty: none is "
     "needed."},
    {"http.socketGroup", "The group of unix sockets; empty: that of the process."},
    {"http.socketMode", "The rights of unix sockets, in octal digits."},
    {"session.maxSessions", "How many sessions may be open on the box at a time."},
    {"session.startsPerMinute", "How many starts and questions a minute a caller may ask for."},
    {"session.onConflict",
     "What a refusal at the limit leads to: the viewer is asked, or the oldest stream is ended."},
    {"session.onUnreachable",
     "Whether a start is let through while the service cannot be reached, within graceSeconds."},
    {"session.graceSeconds", "How long playback may go on without the service's word."},
    {"session.onRestart",
     "What becomes of sessions that are open when the daemon starts again after a crash."},
    {"session.onShutdown", "What becomes of them when it is ended in good order."},
    {"session.pauseSeconds", "How long a paused session keeps its place."},
    {"session.heartbeatPercent", "The part of a lease after which it is renewed."},
    {"session.reference",
     "Whether a start carries a reference by which a lost answer is found again."},
    {"session.zap",
     "How a start takes the place of a session of this box: its end first, or both in one call."},
    {"session.tellPause", "Whether the household sees that a stream is paused."},
    {"device.metadata", "Names and texts that go with every start, as deviceId and deviceName."},
    {"device.deviceIdFile",
     "A file whose first line is the metadata deviceId, so that one configuration serves a fleet."},
    {"player.adapter", "What plays, and so how it is stopped."},
    {"player.exclusive",
     "One video plane, which shows one session: a start takes its place. Default: true but for "
     "ui."},
    {"player.requireClientKey", "Refuses starts without a clientKey."},
    {"player.stopDeadlineMs", "After this a stop is forced."},
    {"player.lostSeconds", "Of ui: how long the owner of a session may be away."},
    {"player.stop", "A program and its arguments that stop playback."},
    {"player.verify", "A program that ends with 0 when playback has stopped."},
    {"player.force", "A program that takes the place of the driver's last resort."},
    {"player.name",
     "Of process: the file name of the program; of mpris: what follows org.mpris.MediaPlayer2."},
    {"player.pidFile", "A file that holds the player's process number."},
    {"player.socket", "The player's IPC socket."},
    {"player.url", "The player's JSON-RPC, on loopback."},
    {"player.callsign", "The plugin's."},
    {"player.suspend", "Whether a stop suspends the plugin instead of deactivating it."},
    {"player.secretFile", "The token of SecurityAgent."},
    {"player.bus", "The address of D-Bus; empty: the session bus of the daemon's user."},
    {"player.backup",
     "Another of players, which has the picture really and is stopped where the page does not."},
    {"state.dir", "A folder for what must survive a power cut, the daemon's alone."},
    {"process.user",
     "The user that the daemon becomes when it is started as root; empty: it stays root."},
    {"process.nice",
     "How much sooner than others it is let run, where it has the right: the niceness of nice(1)."},
    {"process.realtime",
     "Whether its loop goes before all that is not realtime (SCHED_FIFO, priority 1). It loses "
     "that "
     "where it computes for a second without a pause."},
    {"ui.language", "Of texts, where a request asks for none that is there."},
    {"ui.cmMessages",
     "Whether the viewer reads the service's words at a refusal: after ours, before ours, or "
     "never."},
    {"log.level", "What is logged."},
    {"log.to", "Where to."},
};

}  // namespace cmagent::manual
