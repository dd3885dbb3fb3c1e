// Types for cmagent.js; the members are those of agent/ui/openapi.yaml. Answers may grow new
// members.

export type State = 'starting' | 'active' | 'grace' | 'stopping' | 'ended';
export type EndReason = 'user' | 'remote-termination' | 'displaced' | 'denied' | 'unreachable' |
    'logout' | 'paused' | 'player-exited' | 'ui-lost' | 'shutdown' | 'ended-here' |
    'replaced' | 'revoked';
export type Playback = 'stopped' | 'forced' | 'unconfirmed' | 'untouched';
export type Metadata = Record<string, string>;

export interface Terminator {
    deviceName?: string;
    applicationName?: string;
    channel?: string;
    startedAt?: string;
    sessionId?: string;
}

export interface Session {
    id: string;
    state: State;
    application?: string;
    idp: string;
    metadata: Metadata;
    paused: boolean;
    startedAt?: string;
    cmSessionId?: string;
    endReason?: EndReason;
    message?: string;
    /** The service's own words about the end, in a language that nobody tells. */
    cmMessage?: string;
    terminator?: Terminator;
    playback?: Playback;
    /** Resolve it to watch here again. */
    conflictId?: string;
    /** The session that has taken its place (zapping, or on the same player). */
    replacedBy?: string;
    /** This client has started it, before a reload of its window, too. */
    own?: boolean;
    /** Of the answer that it came with; not in a list. */
    etag?: string;
}

/** What the account watches, on any of its devices. */
export interface Stream {
    sessionId?: string;
    /** Missing: can be shown, but not ended. */
    terminationCode?: string;
    startedAt?: string;
    applicationName?: string;
    channel?: string;
    deviceName?: string;
    metadata?: Record<string, unknown>;
    /** The session of this box that it is. */
    here?: string;
    /** Paused ones are listed first. */
    pausedSince?: string;
}

/** A stream that is in the way. */
export interface Conflict extends Stream {
    /** Of what the rule counts: all streams of one value must end to free a place. */
    value?: string;
}

export interface Violation {
    kind: 'streams' | 'devices' | 'channel' | 'other';
    /** For the viewer, in the language asked for. */
    line: string;
    /** The service's own sentence. */
    message?: string;
    /** Nobody tells in which language `message` is. */
    messageLanguage?: 'und';
    /** The service's, where it is not `rule-violation`. */
    type?: string;
    /** Of advice of a type that the agent does not know. */
    attributes?: { [name: string]: unknown };
    policy?: string;
    rule?: string;
    attribute?: string;
    threshold?: number | string;
    current?: number | string;
    scope?: string[];
    conflicts: Conflict[];
    /** How many are not listed. */
    moreConflicts?: number;
}

export interface Obligation {
    namespace?: string;
    action?: string;
    arguments?: string[];
    id?: string | number;
    fulfillOn?: string;
    attributes?: { [name: string]: unknown };
}

export type ProblemCode =
    'malformed-request' | 'malformed-json' | 'invalid-field' | 'not-found' | 'no-such-session' |
    'no-such-conflict' | 'no-such-stream' | 'method-not-allowed' | 'unsupported-media-type' |
    'request-too-slow' | 'body-too-long' | 'target-too-long' | 'head-too-long' | 'misdirected' |
    'origin-not-allowed' | 'token-missing' | 'not-allowed' | 'not-owner' |
    'stream-limit' | 'replaced' |
    'would-displace' | 'immutable-metadata' | 'session-ended' | 'conflict-over' |
    'code-not-offered' | 'precondition-failed' | 'idempotency-mismatch' | 'missing-metadata' |
    'throttled' | 'too-many-requests' | 'too-many-sessions' | 'too-many-listeners' | 'busy' |
    'shutting-down' | 'internal' | 'cm-protocol' | 'cm-rejected' | 'cm-credentials' | 'cm-tls' | 'cm-unreachable' |
    'cm-timeout' | 'clock-not-set' |
    /** No answer, or none that can be read: there is no detail. */ 'unreachable' | 'unreadable' |
    /** Of a binding; no detail either. The browser's word, or the element's, is the reason. */
    'play-refused' | 'media-error';

export class Problem extends Error {
    /** Newer agents may have further ones. */
    code: ProblemCode | string;
    /** 0: no answer came. */
    status: number;
    /** Names the kind of problem, as `code` does. */
    type?: string;
    title?: string;
    /** One line for the viewer, in the language asked for. */
    detail?: string;
    /**
     * For the integrator. With `unreachable`: `network`, `timeout`, `network-or-allowedOrigins`, or
     * `mixed-content-or-permission` where the browser itself holds the call back.
     */
    reason?: string;
    /** Who can mend it. */
    blame?: 'household' | 'app' | 'operator' | 'network';
    field?: string;
    /** With `immutable-metadata`: what the session holds in `field`. */
    held?: string;
    missing?: string[];
    /** With `session-ended`. */
    endReason?: EndReason;
    /** With `replaced` and `session-ended`: the session that has taken the place. */
    replacedBy?: string;
    retryAfterSeconds?: number;
    /** What is there now. */
    etag?: string;

    // With `stream-limit`:
    conflictId?: string;
    /** Of the service's last refusal. */
    at?: string;
    expiresAt?: string;
    /** From 1; a choice that did not free a place counts on. */
    attempt?: number;
    /** Codes that did not free a place. */
    failed?: string[];
    /** The session whose playback was ended by it. */
    sessionId?: string;
    /** While a place is waited for. */
    wait?: { until?: string; start: boolean };
    violations?: Violation[];
    obligations?: Obligation[];
}

export interface Account {
    idp: string;
    subject: string;
    application?: string;
}

export interface StartRequest extends Account {
    metadata?: Metadata;
    player?: string;
    terminate?: string[];
    replaces?: string;
    /** The app's version, for the service; 64 bytes at most. */
    clientVersion?: string;
    /** Made up for each call where it is left out; give the same to ask again. */
    idempotencyKey?: string;
}

/** From a look at the service that all callers share. */
export interface Look {
    /** When the first of the streams ends unless it is watched on. */
    nextLapseInMs?: number;
    /** How old the look is. */
    agoMs?: number;
}

export interface Streams extends Look {
    streams: Stream[];
    /** How many are counted, but not listed. */
    otherStreams?: number;
}

/** What the service's answers have shown about a limit. */
export interface Limit {
    rule?: string;
    attribute?: string;
    scope?: string[];
    atLeast?: number;
    atMost?: number;
    /** The latest start wins: somebody else's stream ends for it. */
    displaces?: boolean;
    seen?: string;
}

export interface Outlook extends Look {
    /** Two places or more; this one would take the last; none; nobody knows. */
    verdict: 'free' | 'last' | 'full' | 'unknown';
    /** How many are watched. */
    streams?: number;
    /** How many of them on this box. */
    here?: number;
    limits?: Limit[];
    inTheWay?: Stream[];
}

/** What became of a limit or of an end that the viewer did not wish. */
export interface HistoryEntry {
    id: number;
    at?: string;
    kind: 'denied' | 'terminated' | 'displaced' | 're-started' | 'on-credit' | 'stop-unconfirmed';
    application?: string;
    policy?: string;
    rule?: string;
    attribute?: string;
    threshold?: number | string;
    listed?: number;
    outcome?: 'open' | 'chosen' | 'waited' | 'gave-up' | 'granted' | 'expired' | 'taken-over';
    endReason?: EndReason;
    playback?: Playback;
    heardToStopMs?: number;
    stopToVerifiedMs?: number;
}

export interface SessionChanged {
    sessionId: string;
    state: State;
    paused: boolean;
    /** Waiting for a place has started it. */
    conflictId?: string;
}

export interface Status {
    version: string;
    build: string;
    uptimeSeconds: number;
    cm: {
        host: string;
        /** Whether CM itself has answered last. */
        reachable: boolean | 'unknown';
        since?: string;
        /** The newest failure; `message` says what to do. */
        lastError: { code: string; reason: string; status?: number; message?: string;
            application: string; host: string; address?: string; detail?: string; at?: string;
            agoMs: number; count: number } | null;
        certificate: { subject: string; issuer: string; notAfter: string;
            daysLeft?: number } | null;
        roots: { file: string; trusted: number; unreadable: number } | null;
        /** By name; `default` is the first. */
        applications: { [name: string]: 'unknown' | 'known' | 'refused' };
    };
    clockSet: boolean;
    /** This and the next two are the box's: not told by a token with applications. */
    state?: { dir: string; onFlash: boolean; lastError: string | null; since?: string };
    log?: { droppedLines: number };
    configuration?: { files: string[]; readAt?: string; reloads: number; refused: string | null };
    listeners: number;
    sessions: { id: string; state: State; lease: string; expiresInMs?: number;
        nextHeartbeatInMs?: number;
        lastAnswer?: { meaning: string; status?: number; agoMs: number } }[];
}

/** What a viewer will need, tried: each with its cause and what to do. */
export interface Check {
    /** There is no fault. */
    ok: boolean;
    checks: Checked[];
}

export interface Checked {
    check: 'resolve' | 'connect' | 'tls' | 'application' | 'clock' | 'player' | 'state' | 'listen' |
        'file' | 'configuration' | 'log';
    subject?: string;
    result: 'ok' | 'warning' | 'fault' | 'untried';
    says: string;
    remedy?: string;
}

export interface EventHandlers {
    'session-started'?(event: SessionChanged): void;
    'session-updated'?(event: SessionChanged): void;
    'playback-stop'?(event: { sessionId: string; reason: EndReason; message: string;
        cmMessage?: string;
        terminator?: Terminator; conflictId?: string; violations?: Violation[] }): void;
    'session-ended'?(event: { sessionId: string; endReason: EndReason; message?: string;
        cmMessage?: string;
        playback: Playback; conflictId?: string; violations?: Violation[];
        replacedBy?: string }): void;
    /** `sessionId`: its playback was stopped. */
    conflict?(event: { conflictId: string; attempt: number; sessionId?: string }): void;
    'slot-free'?(event: { conflictId: string }): void;
    obligation?(event: { action: 'logout'; sessionId?: string }): void;
    cm?(event: { reachable: boolean }): void;
    /** Something was missed: read sessions() again. */
    reset?(event: object): void;
    /** Events come from here on; read sessions(). */
    connected?(): void;
    disconnected?(): void;
}

export type Done<T> = (error: Problem | null, result?: T) => void;
/** Gives the request up; `done` is not called then. */
export type Cancel = () => void;

/** Its id; or the session as it was read, for a change only if nothing has changed since. */
export type SessionName = string | Session;
/** The same for a conflict. */
export type ConflictName = string | Problem;

export interface Agent {
    start(request: StartRequest, done?: Done<Session>): Cancel;
    resolve(conflict: ConflictName, codes: string[], done?: Done<Session>): Cancel;
    tryAgain(conflict: ConflictName, done?: Done<Session>): Cancel;
    wait(conflict: ConflictName, wait: { seconds: number; start?: boolean },
         done?: Done<Problem>): Cancel;
    conflict(conflictId: string, done: Done<Problem>): Cancel;
    giveUp(conflictId: string, done?: Done<void>): Cancel;
    sessions(done: Done<Session[]>): Cancel;
    session(id: string, done: Done<Session>): Cancel;
    update(session: SessionName, changes: { metadata?: Metadata; paused?: boolean },
           done?: Done<Session>): Cancel;
    /** Of its own: the UI has stopped playback. Of another's: an order to stop it. */
    stop(session: SessionName, done?: Done<void>): Cancel;
    /** Only of its own. */
    stopped(id: string, done?: Done<void>): Cancel;
    streams(who: Account & { refresh?: boolean }, done: Done<Streams>): Cancel;
    endStream(who: Account, cmSessionId: string, done?: Done<void>): Cancel;
    outlook(who: Account & { refresh?: boolean; metadata?: Metadata },
            done: Done<Outlook>): Cancel;
    history(since: number | undefined,
            done: Done<{ entries: HistoryEntry[]; last: number }>): Cancel;
    metadata(application: string | undefined, done: Done<string[]>): Cancel;
    logout(who: { idp: string; subject: string }, done?: Done<void>): Cancel;
    status(done: Done<Status>): Cancel;
    /** May take a minute; all who ask within 10 s share one. */
    check(done: Done<Check>): Cancel;
    watch(handlers: EventHandlers): { close(): void };
}

export interface Options {
    /** Of the agent. Left out: where the page came from; in Node http://127.0.0.1:8790. */
    url?: string;
    token?: string;
    /** As Accept-Language. */
    language?: string;
    /** Long poll even where there is an EventSource. */
    poll?: boolean;
    /**
     * The secret by which the agent knows whose sessions these are: 16 to 64 of A-Z a-z 0-9 . _ -.
     * Left out: made at random, and kept over reloads of the window; in Node as long as the process
     * lives.
     * Empty: none.
     */
    clientKey?: string;
    /** Whoever watches by this client does not keep sessions alive, not even its own. */
    observer?: boolean;
}

export function connect(options?: Options): Agent;

// --- with Promises (promises.js) ---

/** The same calls without `done`: a Promise of its result, or a Problem. */
export interface PromisingAgent {
    start(request: StartRequest): Promise<Session>;
    resolve(conflict: ConflictName, codes: string[]): Promise<Session>;
    tryAgain(conflict: ConflictName): Promise<Session>;
    wait(conflict: ConflictName, wait: { seconds: number; start?: boolean }): Promise<Problem>;
    conflict(conflictId: string): Promise<Problem>;
    giveUp(conflictId: string): Promise<void>;
    sessions(): Promise<Session[]>;
    session(id: string): Promise<Session>;
    update(session: SessionName,
           changes: { metadata?: Metadata; paused?: boolean }): Promise<Session>;
    stop(session: SessionName): Promise<void>;
    stopped(id: string): Promise<void>;
    streams(who: Account & { refresh?: boolean }): Promise<Streams>;
    endStream(who: Account, cmSessionId: string): Promise<void>;
    outlook(who: Account & { refresh?: boolean; metadata?: Metadata }): Promise<Outlook>;
    history(since?: number): Promise<{ entries: HistoryEntry[]; last: number }>;
    metadata(application?: string): Promise<string[]>;
    logout(who: { idp: string; subject: string }): Promise<void>;
    status(): Promise<Status>;
    check(): Promise<Check>;
    watch(handlers: EventHandlers): { close(): void };
}

/** Throws where the engine has no Promise. */
export function promises(agent: Agent): PromisingAgent;

// --- a picture that is bound to sessions (bind.js) ---

/**
 * What of a media element a binding uses. A player of a box may offer the same; of the events it needs
 * `play`, `pause` and `ended`.
 */
export interface Picture {
    readonly paused: boolean;
    readonly ended?: boolean;
    readonly currentTime: number;
    readonly readyState?: number;
    readonly error?: { code: number } | null;
    srcObject?: unknown;
    src?: string;
    play(): Promise<void> | void;
    pause(): void;
    load?(): void;
    removeAttribute?(name: string): void;
    addEventListener(name: string, act: (event: unknown) => void): void;
    removeEventListener(name: string, act: (event: unknown) => void): void;
}

/** What is to be shown; over what `who` says. */
export interface Wish extends Partial<Omit<StartRequest, 'replaces' | 'idempotencyKey'>> {
    /** Gives the player its source once CM has let it in; may return a Promise. */
    load?(): unknown;
    /** Instead of `load`, for an element without a player: its `src`. */
    src?: string;
}

/** How a picture was ended; `gone`: the agent does not know the session any more. */
export interface Stop {
    sessionId: string;
    reason: EndReason | 'gone';
    message?: string;
    cmMessage?: string;
    terminator?: Terminator;
    conflictId?: string;
    violations?: Violation[];
    replacedBy?: string;
}

/** One telling of a limit. Each call but the last returns what withdraws it. */
export interface Choose {
    /** Ends these streams and starts what was wanted; `[]` ends none. */
    (codes: string[], done?: Done<Session>): Cancel;
    /** For a place; 0 ends the waiting. */
    wait(seconds: number, done?: Done<Problem>): Cancel;
    /** The list as it is now. */
    read(done: Done<Problem>): Cancel;
    giveUp(): void;
    /** The channel that was wanted, or "". */
    wanted: string;
}

/** What shows a limit; all may be missing. */
export interface LimitView {
    /** The choice is over. */
    close?(): void;
    /** There is a place for the one who waits. Left out, what was wanted is asked for at once. */
    free?(): void;
    /** Events may have been missed. */
    missed?(): void;
}

export interface BindOptions {
    /** Who watches; asked at each start where it is a function. */
    who?: Account & { metadata?: Metadata } | (() => Account & { metadata?: Metadata });
    /** Takes the source away from the player; may return a Promise. */
    unload?(): unknown;
    onLimit?(problem: Problem, choose: Choose): LimitView | void;
    /** Ended by the agent. `again`: asks for the same, over the list of what is in the way. */
    onStop?(event: Stop, again: () => void): void;
    /** Nothing is shown. `again` asks for the same once more. */
    onProblem?(problem: Problem, again: () => void): void;
    /** null: there is none any more. */
    onState?(session: Session | null): void;
    /** CM demands that the subject is signed out. */
    onLogout?(event: { action: 'logout'; sessionId?: string }): void;
}

export interface Bound {
    /** Asks, loads, plays; zaps where something is shown. Without a request: the last one again. */
    play(request?: Wish): void;
    /** Off, and the place is given back. */
    stop(): void;
    pause(): void;
    /** What is shown now. */
    session(): Session | null;
    /** As stop(), with the source left as it is; the element is nobody's any more. */
    close(): void;
}

export function bind(agent: Agent, video: Picture, options?: BindOptions): Bound;

// --- what a viewer is asked where a limit is reached (overlay.js) ---

export interface OverlayOptions {
    /** Default: the browser's. English where it is not there. */
    language?: string;
    /** For how long a place is waited for; 900 where it is left out. */
    waitSeconds?: number;
    /** The app has rules for the classes of its own: none of ours are put into its style sheet. */
    unstyled?: boolean;
    /** The app shows the waiting itself; null: it is over. */
    onWait?(waiting: { until: string | number; wanted?: string } | null): void;
    onClose?(): void;
}

/** A choice, or a stream of a list, as it is read. */
export interface Line { name: string; about?: string; }

/** An onLimit. Without a problem it is read first. */
export interface Overlay {
    (problem: Problem | null, choose: Choose): Required<LimitView>;
    /** An onStop. */
    ended(event: { reason?: string; endReason?: string; message?: string }, again?: () => void): void;
    /** An onProblem. `back`: where the viewer came from. */
    problem(problem: Problem, again?: () => void, back?: () => void): void;
    /** An onState: a new picture takes away what was told of the one before. */
    state(session: Session | null): void;
    /** What is asked, or waited for, is not wanted any more. */
    giveUp(): void;
    /** For lists and questions of the app's own, in the same dialog; a limit comes back after them. */
    open(title: string, text: string, buttons: HTMLElement[]): void;
    close(): void;
    button(label: string, small: string, act?: () => void): HTMLElement;
    /** What Back presses. */
    backButton(label: string, act: () => void): HTMLElement;
    choice(stream: Line, act?: () => void): HTMLElement;
    /** "End this stream?" */
    confirm(stream: Line, back: () => void, act: () => void): void;
    /** `request` returns what withdraws it; Back does. Returns what opens the dialog again. */
    patiently<T>(request: (done: Done<T>) => Cancel, withdrawn: () => void,
                 answered: Done<T>): () => void;
}

export function overlay(element: HTMLElement, options?: OverlayOptions): Overlay;

/** The keys of a remote control for the buttons in `inside`; `back` where none is for Back. */
export function remote(inside: HTMLElement, back: () => void):
    { focusFirst(): void; take(event: KeyboardEvent): boolean };

/** The texts of a limit, times and durations as a viewer says them. */
export interface Words {
    language: string;
    texts: Record<string, string>;
    pick<T>(table: Record<string, T>, name: string): T | undefined;
    fill(text: string, values: Record<string, string | number>): string;
    clock(time: string | number): string;
    moment(time: string | number): string;
    describe(stream: Stream): string;
    nameOf(stream: Stream): string;
    others(n: number): string;
}

export function words(language?: string): Words;

/** What is read and may be chosen; `note` stands first. */
export function offer(words: Words): (problem: Problem, note?: string) =>
    { title: string; text: string; choices: (Required<Line> & { codes: string[] })[] };
