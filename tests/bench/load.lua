-- Requests for wrk. What to send comes by the environment (see load.py); what came of it goes to BENCH_OUT as JSON.
--
-- Each thread has users and attempts of its own. No request is one that a server could answer from a replay: a deferred answer
-- has a higher revision and another response than the one before, an immediate one goes to a position that has none, an
-- attempt is submitted once. A thread that has used up what was prepared stops, and the rate is that of the time until then.

local ffi = require("ffi")
ffi.cdef [[
typedef struct { long seconds; long nanoseconds; } bench_time;
int clock_gettime(int clock, bench_time *time);
]]

local function now()
   local time = ffi.new("bench_time")
   ffi.C.clock_gettime(1, time)
   return tonumber(time.seconds) + tonumber(time.nanoseconds) / 1e9
end

local env = os.getenv
local number = function(name) return tonumber(env(name)) end
local threads = {}

function setup(thread)
   thread:set("index", #threads)
   threads[#threads + 1] = thread
end

-- ---- in each thread ----

local users, papers, paper_count, bank, tag
local walk

local function read_lines(name)
   local lines = {}
   for line in io.lines(env("BENCH_DATA") .. "/" .. name) do
      lines[#lines + 1] = line
   end
   return lines
end

-- papers[paper][position] = the responses to choose from, each as JSON; papers count from 0.
local function read_papers()
   local all, count = {}, 0
   for _, line in ipairs(read_lines("papers")) do
      local paper, position, response = line:match("^(%d+)\t(%d+)\t(.*)$")
      paper, position = tonumber(paper), tonumber(position)
      count = math.max(count, paper + 1)
      all[paper] = all[paper] or {}
      all[paper][position] = all[paper][position] or {}
      table.insert(all[paper][position], response)
   end
   return all, count
end

local function attempt_id(n)
   return string.format("01900000-0000-7000-8000-%012x", n)
end

local function simple(method, path, user, more)
   return method .. " " .. path .. users[user] .. (more or "") .. "\r\n"
end

local function with_body(method, path, user, body)
   return method .. " " .. path .. users[user] .. "Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

local function put_answer(n, user, position, variant, revision)
   local responses = papers[n % paper_count]
   local response = responses[position][variant % #responses[position] + 1]
   return with_body("PUT", "/v1/attempts/" .. attempt_id(n) .. "/answers/" .. position, user,
      '{"response":' .. response .. ',"revision":' .. revision .. "}")
end

-- This thread's users in turn: calls back with the user's number and the round.
local function each_user(make)
   local own = {}
   for user = index, #users, thread_count do
      own[#own + 1] = user
   end
   local at = -1
   return function()
      at = at + 1
      return make(own[at % #own + 1], math.floor(at / #own))
   end
end

-- Chunks of attempts that no one has used yet, position by position, so that two answers of one attempt are never under way
-- at once. BENCH_FIRST and BENCH_COUNT say which attempts.
local function each_fresh(positions, make)
   local first, count = number("BENCH_FIRST"), math.floor(number("BENCH_COUNT") / thread_count)
   local chunk = math.min(count, math.max(16, math.floor(2 * number("BENCH_CONNECTIONS") / thread_count)))
   local at = -1
   return function()
      at = at + 1
      local within = at % (chunk * positions)
      local attempt = math.floor(at / (chunk * positions)) * chunk + within % chunk
      if attempt >= count then
         return nil
      end
      used = math.max(used, (attempt + 1) * thread_count)
      local n = first + attempt * thread_count + index
      return make(n, n % (#users + 1), math.floor(within / chunk) + 1)
   end
end

local walks = {
   livez = function()
      local request = simple("GET", "/livez", 0)
      return function() return request end
   end,
   token = function()
      return each_user(function(user) return simple("GET", "/v1/banks/" .. bank, user) end)
   end,
   me = function()
      return each_user(function(user) return simple("GET", "/v1/me", user) end)
   end,
   board_page = function()
      return each_user(function(user) return simple("GET", "/v1/banks/" .. bank .. "/leaderboard?window=all", user) end)
   end,
   board_around = function()
      return each_user(function(user) return simple("GET", "/v1/banks/" .. bank .. "/leaderboard?window=all&around=me", user) end)
   end,
   sections = function()
      return each_user(function(user) return simple("GET", "/v1/banks/" .. bank .. "/sections", user) end)
   end,
   sections_304 = function()
      local header = "If-None-Match: " .. tag .. "\r\n"
      return each_user(function(user) return simple("GET", "/v1/banks/" .. bank .. "/sections", user, header) end)
   end,
   weak_areas = function()
      return each_user(function(user) return simple("GET", "/v1/me/weak-areas?bank=" .. bank, user) end)
   end,
   start = function()
      local body = '{"bank":"' .. bank .. '","mode":"practice","size":10}'
      return each_user(function(user) return with_body("POST", "/v1/attempts", user, body) end)
   end,
   -- The user's own open attempt has the user's number.
   put_deferred = function()
      local base = number("BENCH_REVISION")
      return each_user(function(user, round)
         return put_answer(user, user, round % 10 + 1, math.floor((base + round) / 10) + user, base + round)
      end)
   end,
   put_immediate = function()
      return each_fresh(10, function(n, user, position) return put_answer(n, user, position, n + position, 1) end)
   end,
   submit = function()
      return each_fresh(1, function(n, user)
         return simple("POST", "/v1/attempts/" .. attempt_id(n) .. "/submit", user, "Content-Length: 0\r\n")
      end)
   end,
}

function init()
   thread_count = number("BENCH_THREADS")
   used, issued = 0, 0
   bank, tag = env("BENCH_BANK"), env("BENCH_TAG")
   papers, paper_count = read_papers()
   users = {}
   for i, token in ipairs(read_lines("tokens")) do
      users[i - 1] = " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. token .. "\r\n"
   end
   walk = walks[env("BENCH_MEASURE")]()
   fallback = simple("GET", "/livez", 0)
   started_at, stopped_at = 0, 0
end

function request()
   if started_at == 0 then
      started_at = now()
   end
   local text = walk()
   if text == nil then
      if stopped_at == 0 then
         stopped_at = now()
         wrk.thread:stop()
      end
      return fallback
   end
   issued = issued + 1
   return text
end

-- ---- at the end, in the first state ----

function done(summary, latency)
   local full, rate, issued_by_all, used_up = summary.duration / 1e6, 0, 0, 0
   for _, thread in ipairs(threads) do
      local stopped_at, issued = thread:get("stopped_at"), thread:get("issued")
      rate = rate + issued / (stopped_at > 0 and stopped_at - thread:get("started_at") or full)
      issued_by_all = issued_by_all + issued
      used_up = math.max(used_up, thread:get("used"))
   end
   -- Not all that was asked for was answered in time.
   rate = rate * summary.requests / math.max(issued_by_all, 1)
   local errors = summary.errors
   local out = io.open(env("BENCH_OUT"), "w")
   out:write(string.format(
      '{"requests":%d,"rate":%.3f,"bytes":%d,"p50_us":%d,"p99_us":%d,"mean_us":%.1f,"max_us":%d,"used":%d,' ..
      '"status_errors":%d,"socket_errors":%d}',
      summary.requests, rate, summary.bytes, latency:percentile(50), latency:percentile(99), latency.mean, latency.max,
      used_up, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
   out:close()
end

-- BENCH_DEBUG=1 tests/bench/run …: shows the first replies that are errors. Reading replies costs wrk time, hence not always.
if env("BENCH_DEBUG") then
   local shown = 0
   function response(status, headers, body)
      if status >= 400 and shown < 3 then
         shown = shown + 1
         io.stderr:write(status .. " " .. body .. "\n")
      end
   end
end
