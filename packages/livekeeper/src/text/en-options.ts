const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const range = (min: number, max: number, unit = "") => `a whole number from ${min} to ${max}${unit && ` ${unit}`}`;

/** Each option: one line for `--help`, and what a value must be, which is said when one is refused. */
export const optionTexts = {
	port: { help: "port to listen on; 0 takes any free one", expected: range(0, 65_535) },
	host: {
		help: "address to listen on; any but this machine's own needs an API key",
		expected: "an IP address or host name, e.g. 127.0.0.1 or 0.0.0.0",
	},
	data_dir: { help: "folder for what livekeeper keeps", expected: "the path of a folder" },
	api_key: {
		help: "key that clients must send as a bearer token",
		expected: "1 to 256 printable ASCII characters without spaces",
	},
	public_url: {
		help: "address at which people reach the page; what targets are sent links to it",
		expected: "a URL that begins with http:// or https://",
	},
	upstream_url: { help: "base of the upstream's pages", expected: "a URL that begins with http:// or https://" },
	official_url: {
		help: "base of the open platform's calls, for rooms with an app of it",
		expected: "a URL that begins with http:// or https://",
	},
	official_token_url: {
		help: "where the tokens of the open platform come from",
		expected: "a URL that begins with http:// or https://",
	},
	allowed_hosts: {
		help: "hosts that the upstream may lead to, and the cookie go to, besides its own (those under douyin.com)",
		expected: "host names such as push.example.com, maybe with a port",
	},
	cookie: {
		help: "your own cookie for the upstream (a logged-in one sees gifts); rooms may bring their own",
		expected: "one line, as the browser sends it: name=value; name=value",
	},
	proxy: {
		help: "proxy to the upstream; rooms may bring their own",
		expected: "a URL that begins with http://, https:// or socks5://",
	},
	identity_warn_hours: { help: "how long before a login ends warnings begin", expected: range(0, 8760, "hours") },
	identity_check_hours: {
		help: "how often a room's page is asked whether a login still holds; 0: never",
		expected: range(0, 8760, "hours"),
	},
	identity_rests: {
		help: "leave a login alone for hours, then days, that the site shows nothing any more",
		expected: "true or false",
	},
	user_agent: { help: "User-Agent sent to the upstream", expected: "one line of text" },
	max_rooms: { help: "how many rooms may be kept at once", expected: range(1, 100_000) },
	max_connections: {
		help: "how many rooms may be connected at once; the others wait in line; none: all",
		expected: range(1, 100_000),
	},
	max_connections_per_identity: {
		help: "how many rooms may be connected with one cookie; none: all",
		expected: range(1, 100_000),
	},
	max_connections_per_login: {
		help: "the same for a logged-in cookie where that is not set: many rooms bring risk control",
		expected: range(1, 100_000),
	},
	max_connections_per_proxy: {
		help: "how many rooms may be connected through one proxy; none: all",
		expected: range(1, 100_000),
	},
	starts_per_second: { help: "how many rooms may begin to connect in one second", expected: range(1, 1000) },
	lookups_per_minute: {
		help: "how often single rooms may be looked up from one address; more than 5 brings bans",
		expected: range(1, 100_000, "a minute"),
	},
	own_address: {
		help: "this node of a cluster has an address of its own; else all nodes share what one address may ask",
		expected: "true or false",
	},
	strategy: {
		help: "when rooms reconnect: by a fixed schedule, or by what attempts of all rooms have shown",
		expected: "fixed or adaptive",
	},
	polling_fallback: {
		help: "read a room by asking again and again while its push socket is refused and its pages work",
		expected: "true or false",
	},
	silence_ms: {
		help: "a connected room is suspect after this long without a message",
		expected: range(1000, dayMs, "milliseconds"),
	},
	health: {
		help: "what a room's silence is judged by: its own rhythm, or silence_ms alone",
		expected: "rhythm or fixed",
	},
	heartbeat_ms: {
		help: "how often a heartbeat is sent upstream",
		expected: range(1000, 10 * minuteMs, "milliseconds"),
	},
	handshake_timeout_ms: {
		help: "how long the upstream's socket may take to open",
		expected: range(100, 10 * minuteMs, "milliseconds"),
	},
	request_timeout_ms: {
		help: "how long the upstream may take to answer one request",
		expected: range(100, 10 * minuteMs, "milliseconds"),
	},
	health_check_ms: {
		help: "how often every room's health is checked",
		expected: range(100, 10 * minuteMs, "milliseconds"),
	},
	queue_size: {
		help: "messages held for each room while they cannot be stored; past it the room stops listening",
		expected: range(1, 10_000_000),
	},
	cors_origins: {
		help: "web origins whose pages may use this service, separated by commas; none: only its own",
		expected: "origins such as https://example.com (no path), or *",
	},
	body_limit: { help: "largest request body, in bytes", expected: range(1024, 16 * 1024 * 1024, "bytes") },
	rate_limit: { help: "requests a minute from one address; 0: no limit", expected: range(0, 10_000_000) },
	trust_proxy: {
		help: "whose X-Forwarded-For is believed; only for a service that nobody reaches but by that proxy",
		expected: "true, false, a number of proxies, or their addresses",
	},
	secret: {
		help: "key that cookies, proxies and target secrets are encrypted with; default: secret.key in the data folder",
		expected: "16 to 1024 characters",
	},
	retention_hours: { help: "events older than this are deleted", expected: range(1, 24 * 3650, "hours") },
	clock_trust_hours: {
		help: "after a jump of the clock nothing is deleted by age until it has run evenly this long; 0: it is believed",
		expected: range(0, 24 * 365, "hours"),
	},
	retention_mb: {
		help: "the oldest events are deleted while all of them take more than this",
		expected: range(16, 16 * 1024 * 1024, "MiB"),
	},
	group_commit_ms: {
		help: "least time between two writes of events, up to 100 ms under load; smaller shows events sooner",
		expected: range(1, 10_000, "milliseconds"),
	},
	cluster: {
		help: "NATS servers of the cluster that this is a node of, separated by commas; none: a single node",
		expected: "addresses such as nats://10.0.0.1:4222, without user and password (nats_user, nats_password)",
	},
	node: {
		help: "this node's name, different on each; default: the machine's name",
		expected: "1 to 64 letters, digits, '_', '-' or '.'",
	},
	node_weight: { help: "how much of the rooms this node takes, in proportion to the others", expected: range(1, 100) },
	cluster_replicas: {
		help: "how many NATS servers keep each message; 1 where there is one server alone",
		expected: "1 or 3",
	},
	cluster_hold_ms: {
		help: "how long a node that cannot reach NATS keeps its rooms connected",
		expected: range(1000, 60 * minuteMs, "milliseconds"),
	},
	cluster_drain_ms: {
		help: "how long other nodes have to take over this one's rooms when it stops",
		expected: range(0, 60 * minuteMs, "milliseconds"),
	},
	nats_user: { help: "user name for NATS", expected: "one line of text" },
	nats_password: { help: "password for NATS", expected: "one line of text" },
	nats_token: { help: "token for NATS, in place of a user name", expected: "one line of text" },
	nats_creds: { help: "credentials file for NATS, in place of a user name", expected: "the path of a file" },
	nats_ca: {
		help: "certificates of the authority that NATS servers are trusted by; with it the connection is over TLS",
		expected: "the path of a PEM file",
	},
	nats_cert: { help: "this node's certificate for NATS", expected: "the path of a PEM file" },
	nats_key: { help: "key of this node's certificate", expected: "the path of a PEM file" },
	target_allow_private: { help: "let targets go to private and local addresses", expected: "true or false" },
	target_allow_loopback: {
		help: "let targets for tools of this machine (Streamer.bot, SAMMI, OneComme, …) go to its own addresses",
		expected: "true or false",
	},
	target_concurrency: { help: "target requests under way at once", expected: range(1, 1000) },
	reader_stall_ms: {
		help: "a client that takes nothing of what waits for it for this long is disconnected",
		expected: range(1000, 60 * minuteMs, "milliseconds"),
	},
	socket_buffer: {
		help: "bytes held for a slow client; past it the client is served from the event log at its own pace",
		expected: range(64 * 1024, 1024 * 1024 * 1024, "bytes"),
	},
	max_readers: {
		help: "how many Socket.IO, SSE and WebSocket clients there may be at once",
		expected: range(1, 100_000),
	},
	readers_buffer: {
		help: "bytes held for all slow clients together; each may have an eighth of what is free, up to socket_buffer",
		expected: range(1024 * 1024, 64 * 1024 * 1024 * 1024, "bytes"),
	},
	max_rooms_per_socket: {
		help: "how many rooms one Socket.IO client may join, and how many of its requests may wait",
		expected: range(1, 100_000),
	},
	mcp: {
		help: "tools for language models at /mcp; control: they may also start and stop rooms",
		expected: "off, read or control",
	},
	compat_host: {
		help: "address of the two below; any but this machine's own needs an API key",
		expected: "an IP address or host name, e.g. 127.0.0.1 or 0.0.0.0",
	},
	douyinlive_port: {
		help: "port for programs written for douyinLive, which dial 1088; none: off; 0 takes any free one",
		expected: range(0, 65_535),
	},
	barragegrab_port: {
		help: "port for programs written for DouyinBarrageGrab, which dial 8888; none: off; 0 takes any free one",
		expected: range(0, 65_535),
	},
	log_level: { help: "how much is logged", expected: "trace, debug, info, warn, error, fatal or silent" },
	log_format: { help: "auto: readable on a terminal, JSON elsewhere", expected: "auto, pretty or json" },
	demo: { help: "run a simulated Douyin with three rooms and connect to it", expected: "true or false" },
	url: {
		help: "the running service that commands talk to; default: the host and port above",
		expected: "a URL that begins with http:// or https://",
	},
};
