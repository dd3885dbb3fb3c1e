-- mpv under Concurrency Monitoring: what mpv plays, it plays under a session of cmagentd.
--
--     mpv --script=cmagent.lua --script-opts=cmagent-idp=IDP,cmagent-subject_file=FILE stream.m3u8
--
-- Asks before a file is opened, pauses with mpv, gives the place back at the end of the file, and obeys a stop, whoever has
-- ordered it: confirmed when nothing plays any more. It speaks through cmagentctl (contract.md, "cmagentctl and owners");
-- the daemon's player is of adapter "ui", and its `force` should be what ends mpv if this script should hang.

local utils = require "mp.utils"

local options = {
    ctl = "cmagentctl",
    url = "",           -- of the daemon; empty: the default
    token_file = "",
    idp = "",
    subject_file = "",  -- its first line is the account
    application = "",
    player = "",
    channel = "",       -- metadata; empty: the title of the file
}
require "mp.options".read_options(options, "cmagent")

local key_file          -- our clientKey, for as long as mpv lives
local session           -- the id of what plays, or is about to
local ended             -- of what has played: given back, or replaced by the next
local ordered = {}      -- ids whose stop the daemon waits for
local POLL_SECONDS = "30"  -- half of the shortest time after which an owner is missed by default

-- 128 random bits. The C library makes the file for this user alone.
local function make_key()
    local random = io.open("/dev/urandom", "rb")
    local bytes = random:read(16)
    random:close()
    key_file = os.tmpname()
    local file = io.open(key_file, "w")
    file:write((bytes:gsub(".", function(byte) return string.format("%02x", byte:byte()) end)))
    file:close()
end

-- The command line of cmagentctl; options without a value are left out.
local function command_line(words, named)
    local line = {options.ctl}
    for _, word in ipairs(words) do line[#line + 1] = word end
    named["--url"], named["--token-file"], named["--client-key-file"] = options.url, options.token_file, key_file
    for name, value in pairs(named) do
        if value and value ~= "" then line[#line + 1] = name .. "=" .. value end
    end
    return {name = "subprocess", args = line, capture_stdout = true, capture_stderr = true, playback_only = false}
end

-- One call after the other: pause and resume must not overtake each other.
local calls, busy = {}, false
local function next_call()
    local call = table.remove(calls, 1)
    busy = call ~= nil
    if not busy then return end
    mp.command_native_async(command_line(call.words, call.named), function(_, result)
        if call.done then call.done(result.status == 0, result) end
        next_call()
    end)
end
local function call(words, named, done)
    calls[#calls + 1] = {words = words, named = named or {}, done = done}
    if not busy then next_call() end
end

-- Nothing plays any more: what was ordered is confirmed, what has ended by itself is given back.
local function words_of_end(id)
    return {ordered[id] and "stopped" or "stop", id}
end
local function give_back()
    if ended then call(words_of_end(ended)) end
    ended = nil
end

local function off(id, confirm)
    ordered[id] = confirm or nil
    if id == session then mp.commandv("stop") end
end

local function look_up(id)
    call({"sessions", id}, {}, function(known, result)
        local state = known and result.stdout:match("state: (%a+)")
        if state == "stopping" then off(id, true) end
        -- 1: the daemon no longer knows it; where the daemon itself is gone, the picture goes on.
        if state == "ended" or result.status == 1 then off(id, false) end
    end)
end

local listening = false
local function listen(since)
    listening = session ~= nil
    if not listening then return end
    local line = command_line({"events", "--json"}, {["--since"] = since, ["--wait"] = POLL_SECONDS})
    mp.command_native_async(line, function(_, result)
        for text in (result.stdout or ""):gmatch("[^\n]+") do
            local event = utils.parse_json(text)
            since = string.format("%.0f", event.id)
            if event.event == "reset" and session then look_up(session) end
            local mine = session and event.data.sessionId == session
            if mine and event.event == "playback-stop" then
                mp.osd_message(event.data.message or event.data.reason, 10)
                off(session, true)
            elseif mine and event.event == "session-ended" then
                off(session, false)
            end
        end
        if result.status == 0 then listen(since) else mp.add_timeout(1, function() listen("0") end) end
    end)
end

-- A file is opened when there is a session for it, and not before.
mp.add_hook("on_load", 5, function(hook)
    local replaced = ended and not ordered[ended] and ended
    if not replaced then give_back() end
    ended = nil
    hook:defer()
    call({"start"}, {
        ["--idp"] = options.idp, ["--subject-file"] = options.subject_file, ["--application"] = options.application,
        ["--player"] = options.player, ["--replaces"] = replaced,
        ["--metadata"] = "channel=" .. (options.channel ~= "" and options.channel or mp.get_property("media-title", "")),
    }, function(granted, result)
        if granted then
            session = result.stdout:match("%S+")
            if not listening then listen("0") end
            if mp.get_property_bool("pause") then call({"pause", session}) end
        else
            ended = replaced
            mp.msg.error(result.stderr)
            mp.osd_message(result.stderr, 10)
            mp.commandv("stop")
        end
        hook:cont()
    end)
end)

mp.observe_property("pause", "bool", function(_, paused)
    if session then call({paused and "pause" or "resume", session}) end
end)

mp.register_event("end-file", function()
    ended, session = session or ended, nil
end)

mp.observe_property("idle-active", "bool", function(_, idle)
    if idle then give_back() end
end)

mp.register_event("shutdown", function()
    for _, id in pairs({session, ended}) do
        mp.command_native(command_line(words_of_end(id), {}))
    end
    os.remove(key_file)
end)

make_key()
