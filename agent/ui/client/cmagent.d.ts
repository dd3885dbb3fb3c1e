// Types for cmagent.js; the members are those of agent/ui/openapi.yaml. Answers may grow new
// members.

export type State = 'starting' | 'active' | 'grace' | 'stopping' | 'ended';
export type EndReason = 'user' | 'remote-termination' | 'displaced' | 'denied' | 'unreachable' | 'logout' | 'paused' |
    'player-exited' | 'ui-lost' | 'shutdown' | 'ended-here';
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
    terminator?: Terminator;
    playback?: Playback;
}

export interface Conflict {
    value?: string;
    sessionId?: string;
    /** Missing: can be shown, but not chosen. */
    terminationCode?: string;
    startedAt?: string;
    deviceName?: string;
    channel?: string;
    applicationName?: string;
    metadata?: Record<string, unknown>;
}

export interface Violation {
    message?: string;
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
}

export type ProblemCode =
    'malformed-request' | 'malformed-json' | 'invalid-field' | 'not-found' | 'no-such-session' |
    'no-such-conflict' | 'method-not-allowed' | 'unsupported-media-type' | 'request-too-slow' | 'body-too-long' |
    'target-too-long' | 'head-too-long' | 'misdirected' | 'origin-not-allowed' | 'token-missing' | 'not-permitted'
    | 'stream-limit' | 'replaced' | 'immutable-metadata' | 'session-ended' | 'conflict-over' |
    'precondition-failed' | 'idempotency-mismatch' | 'missing-metadata' | 'throttled' | 'too-many-sessions' |
    'too-many-listeners' | 'busy' | 'shutting-down' | 'internal' | 'cm-protocol' | 'cm-credentials' | 'cm-tls' |
    'cm-unreachable' | 'cm-timeout' | 'clock-not-set' |
    /** The agent gave no answer, or none that can be read: there is no detail. */ 'unreachable' | 'unreadable';

export class Problem extends Error {
    /** Newer agents may have further ones. */
    code: ProblemCode | string;
    /** 0: no answer came. */
    status: number;
    title?: string;
    /** One line for the viewer, in the language asked for. */
    detail?: string;
    /** For the integrator. */
    reason?: string;
    field?: string;
    missing?: string[];
    conflictId?: string;
    violations?: Violation[];
    obligations?: Obligation[];
    retryAfterSeconds?: number;
}

export interface StartRequest {
    idp: string;
    subject: string;
    metadata?: Metadata;
    application?: string;
    player?: string;
    terminate?: string[];
    replaces?: string;
    /** Made up for each call where it is left out; give the same to ask again. */
    idempotencyKey?: string;
}

export interface Stream {
    sessionId?: string;
    terminationCode?: string;
    startedAt?: string;
    applicationName?: string;
    channel?: string;
    deviceName?: string;
    metadata?: Record<string, unknown>;
}

export interface EventHandlers {
    'session-started'?(event: { sessionId: string; state: State; paused: boolean }): void;
    'session-updated'?(event: { sessionId: string; state: State; paused: boolean }): void;
    'playback-stop'?(event: { sessionId: string; reason: EndReason; message: string; terminator?: Terminator }): void;
    'session-ended'?(event: { sessionId: string; endReason: EndReason; message?: string; playback: Playback }): void;
    conflict?(event: { conflictId: string }): void;
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

export interface Agent {
    start(request: StartRequest, done?: Done<Session>): Cancel;
    resolve(conflictId: string, codes: string[], done?: Done<Session>): Cancel;
    conflict(conflictId: string, done: Done<Problem>): Cancel;
    giveUp(conflictId: string, done?: Done<void>): Cancel;
    sessions(done: Done<Session[]>): Cancel;
    session(id: string, done: Done<Session>): Cancel;
    update(id: string, changes: { metadata?: Metadata; paused?: boolean }, done?: Done<Session>): Cancel;
    stop(id: string, done?: Done<void>): Cancel;
    stopped(id: string, done?: Done<void>): Cancel;
    streams(who: { idp: string; subject: string; application?: string },
            done: Done<{ streams: Stream[]; otherStreams?: number }>): Cancel;
    metadata(application: string | undefined, done: Done<string[]>): Cancel;
    logout(who: { idp: string; subject: string }, done?: Done<void>): Cancel;
    status(done: Done<Record<string, unknown>>): Cancel;
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
}

export function connect(options?: Options): Agent;
