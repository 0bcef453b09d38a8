-- Checks each answer (status 200 and the very body that the service gives) and prints one JSON line at the end.
local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    bad = 0
    wrk.headers["X-Road-Client"] = "XK/GOV/GAM/mmis"
    local file = io.open(os.getenv("EXPECTED_BODY"), "rb")
    expected = file:read("*a")
    file:close()
end

function response(status, headers, body)
    if status ~= 200 or body ~= expected then bad = bad + 1 end
end

function done(summary, latency, requests)
    local bad = 0
    for _, thread in ipairs(threads) do bad = bad + thread:get("bad") end
    local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
    io.write(string.format('{"requests":%d,"seconds":%.6f,"p50_ms":%.4f,"p99_ms":%.4f,"bad":%d,"failed":%d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000, bad, failed))
end
