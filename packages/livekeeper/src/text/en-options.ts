const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const range = (min: number, max: number, unit = "") => `a whole number from ${min} to ${max}${unit && ` ${unit}`}`;

/** Texts of each option: one line for `--help`, and a description of valid values, shown when one is rejected. */
export const optionTexts = {
	port: { help: "port to listen on; 0 picks a free one", expected: range(0, 65_535) },
	host: {
		help: "address to listen on; any address other than loopback (127.0.0.1, localhost, ::1) requires an API key",
		expected: "an IP address or host name, e.g. 127.0.0.1 or 0.0.0.0",
	},
	data_dir: {
		help: "folder where livekeeper stores its data; with :memory: nothing is stored on disk, and everything is lost when the service stops",
		expected: "the path of a folder, or :memory:",
	},
	api_key: {
		help: "key that clients must send as a bearer token",
		expected: "1 to 256 printable ASCII characters without spaces",
	},
	public_url: {
		help: "address at which people reach the page; reports sent to targets link to it",
		expected: "a URL that begins with http:// or https://",
	},
	upstream_url: { help: "address of Douyin's pages", expected: "a URL that begins with http:// or https://" },
	official_url: {
		help: "address of the open platform's API, for rooms with an open platform app",
		expected: "a URL that begins with http:// or https://",
	},
	official_token_url: {
		help: "address that issues the open platform's access tokens",
		expected: "a URL that begins with http:// or https://",
	},
	allowed_hosts: {
		help: "servers besides Douyin's own (douyin.com) that livekeeper may connect to and send the cookie to",
		expected: "host names such as push.example.com, optionally with a port",
	},
	cookie: {
		help: "your own Douyin cookie (gifts arrive only if it is logged in); rooms may have their own",
		expected: "one line, as the browser sends it: name=value; name=value",
	},
	proxy: {
		help: "proxy to Douyin; rooms may have their own",
		expected: "a URL that begins with http://, https:// or socks5://",
	},
	identity_warn_hours: { help: "how long before a login expires to start warning", expected: range(0, 8760, "hours") },
	identity_check_hours: {
		help: "how often a room's page is opened to check that a login is still valid; 0: never",
		expected: range(0, 8760, "hours"),
	},
	identity_rests: {
		help: "pause a login that no longer receives anything, first for hours, then for days",
		expected: "true or false",
	},
	user_agent: { help: "User-Agent sent to Douyin", expected: "one line of text" },
	max_rooms: { help: "maximum number of rooms", expected: range(1, 100_000) },
	max_connections: {
		help: "maximum number of connected rooms; the others wait in the queue; unset: no limit",
		expected: range(1, 100_000),
	},
	max_connections_per_identity: {
		help: "maximum number of connected rooms per login, logged in or not; unset: no limit",
		expected: range(1, 100_000),
	},
	max_connections_per_login: {
		help: "maximum number of connected rooms per logged-in account; used if max_connections_per_identity is unset: Douyin restricts accounts that watch too many rooms",
		expected: range(1, 100_000),
	},
	max_connections_per_proxy: {
		help: "maximum number of connected rooms per proxy; unset: no limit",
		expected: range(1, 100_000),
	},
	starts_per_second: { help: "maximum number of rooms that start connecting per second", expected: range(1, 1000) },
	lookups_per_minute: {
		help: "maximum lookups of single rooms per minute from one address; more than 5 risks a ban; unset: the number that site_profile gives (5)",
		expected: range(1, 100_000, "a minute"),
	},
	site_profile: {
		help: "a file that describes Douyin's hosts, versions, queries and limits in place of the built-in profile; read again when it changes",
		expected: "the path of a file",
	},
	signer: {
		help: "a JavaScript module with the functions signature and aBogus, in place of the built-in ones; read again when it changes",
		expected: "the path of a file",
	},
	updates: {
		help: "URL to ask once a day for newer versions and site profiles; the request carries nothing about you: no version, identifier or cookie; unset: never",
		expected: "a URL that begins with http:// or https://; updates_key must be set too",
	},
	updates_key: {
		help: "ed25519 public key of the update service, 32 bytes in base64",
		expected: "32 bytes in base64",
	},
	own_address: {
		help: "this cluster node has a network address of its own; otherwise all nodes share the lookups that Douyin allows one address",
		expected: "true or false",
	},
	strategy: {
		help: "when rooms reconnect: on a fixed schedule, or adapting to the attempts of all rooms",
		expected: "fixed or adaptive",
	},
	polling_fallback: {
		help: "poll for messages while the live connection is refused but the room's pages work",
		expected: "true or false",
	},
	silence_ms: {
		help: "time without a message after which a connection is suspected to be broken",
		expected: range(1000, dayMs, "milliseconds"),
	},
	health: {
		help: "how to tell that messages stopped arriving: by the room's usual pace, or by silence_ms alone",
		expected: "rhythm or fixed",
	},
	heartbeat_ms: {
		help: "how often a heartbeat is sent to Douyin",
		expected: range(1000, 10 * minuteMs, "milliseconds"),
	},
	handshake_timeout_ms: {
		help: "maximum time to open the live connection",
		expected: range(100, 10 * minuteMs, "milliseconds"),
	},
	request_timeout_ms: {
		help: "maximum time for Douyin to answer a request",
		expected: range(100, 10 * minuteMs, "milliseconds"),
	},
	health_check_ms: {
		help: "how often every room's health is checked",
		expected: range(100, 10 * minuteMs, "milliseconds"),
	},
	queue_mb: {
		help: "memory for messages of all rooms that can't be stored yet; beyond that, rooms stop receiving",
		expected: range(1, 16_384, "MiB"),
	},
	cors_origins: {
		help: "web pages (origins) that may use this service, separated by commas; unset: only its own page",
		expected: "origins such as https://example.com (no path), or *",
	},
	body_limit: { help: "maximum size of a request body, in bytes", expected: range(1024, 16 * 1024 * 1024, "bytes") },
	rate_limit: { help: "maximum requests per minute from one address; 0: no limit", expected: range(0, 10_000_000) },
	trust_proxy: {
		help: "reverse proxies whose X-Forwarded-For is trusted; set it only if the service can't be reached without them",
		expected: "true, false, a number of proxies, or their addresses",
	},
	secret: {
		help: "key that cookies, proxies and target secrets are encrypted with; default: secret.key in the data folder",
		expected: "16 to 1024 characters",
	},
	retention_hours: { help: "messages older than this are deleted", expected: range(1, 24 * 3650, "hours") },
	clock_trust_hours: {
		help: "after a clock jump, nothing is deleted by age until the clock has been steady this long; 0: trust it at once",
		expected: range(0, 24 * 365, "hours"),
	},
	retention_mb: {
		help: "the oldest messages are deleted when all of them take up more than this",
		expected: range(16, 16 * 1024 * 1024, "MiB"),
	},
	group_commit_ms: {
		help: "minimum time between two writes of events; a shorter time shows messages sooner",
		expected: range(1, 10_000, "milliseconds"),
	},
	cluster: {
		help: "NATS servers of this node's cluster, separated by commas; unset: a single node",
		expected: "addresses such as nats://10.0.0.1:4222, without user and password (nats_user, nats_password)",
	},
	node: {
		help: "this node's name, different on each node; default: the machine's name",
		expected: "1 to 64 letters, digits, '_', '-' or '.'",
	},
	node_weight: { help: "this node's share of the rooms, relative to the other nodes", expected: range(1, 100) },
	cluster_replicas: {
		help: "number of NATS servers that store each message; 1 if there is only one server",
		expected: "1 or 3",
	},
	cluster_hold_ms: {
		help: "how long a node that can't reach NATS keeps its rooms connected",
		expected: range(1000, 60 * minuteMs, "milliseconds"),
	},
	cluster_drain_ms: {
		help: "time for other nodes to take over this node's rooms when it stops",
		expected: range(0, 60 * minuteMs, "milliseconds"),
	},
	nats_user: { help: "user name for NATS", expected: "one line of text" },
	nats_password: { help: "password for NATS", expected: "one line of text" },
	nats_token: { help: "token for NATS, in place of a user name", expected: "one line of text" },
	nats_creds: { help: "credentials file for NATS, in place of a user name", expected: "the path of a file" },
	nats_ca: {
		help: "CA certificates used to verify the NATS servers; turns TLS on",
		expected: "the path of a PEM file",
	},
	nats_cert: { help: "this node's certificate for NATS", expected: "the path of a PEM file" },
	nats_key: { help: "private key of this node's certificate", expected: "the path of a PEM file" },
	target_allow_private: { help: "allow targets at private and local addresses", expected: "true or false" },
	target_allow_loopback: {
		help: "allow targets for tools on this machine (Streamer.bot, SAMMI, OneComme, …) at its own addresses",
		expected: "true or false",
	},
	target_concurrency: { help: "maximum number of parallel target requests", expected: range(1, 1000) },
	reader_stall_ms: {
		help: "a client that reads nothing for this long is disconnected",
		expected: range(1000, 60 * minuteMs, "milliseconds"),
	},
	socket_buffer: {
		help: "bytes held for a slow client; beyond that, it is served from the event log at its own pace",
		expected: range(64 * 1024, 1024 * 1024 * 1024, "bytes"),
	},
	max_readers: {
		help: "maximum number of Socket.IO, SSE and WebSocket clients",
		expected: range(1, 100_000),
	},
	readers_buffer: {
		help: "bytes held for all slow clients together; each may use an eighth of the free part, up to socket_buffer",
		expected: range(1024 * 1024, 64 * 1024 * 1024 * 1024, "bytes"),
	},
	max_rooms_per_socket: {
		help: "maximum number of rooms a Socket.IO client may join; also the maximum number of its requests that wait for an answer",
		expected: range(1, 100_000),
	},
	mcp: {
		help: "tools for language models (MCP) at /mcp; control: they can also start and stop rooms",
		expected: "off, read or control",
	},
	compat_host: {
		help: "address that douyinlive_port and barragegrab_port listen on; any address other than loopback (127.0.0.1, localhost, ::1) requires an API key",
		expected: "an IP address or host name, e.g. 127.0.0.1 or 0.0.0.0",
	},
	douyinlive_port: {
		help: "port for programs written for douyinLive (they use 1088); unset: off; 0 picks a free one",
		expected: range(0, 65_535),
	},
	barragegrab_port: {
		help: "port for programs written for DouyinBarrageGrab (they use 8888); unset: off; 0 picks a free one",
		expected: range(0, 65_535),
	},
	log_level: { help: "how much is logged", expected: "trace, debug, info, warn, error, fatal or silent" },
	log_format: { help: "auto: readable on a terminal, JSON elsewhere", expected: "auto, pretty or json" },
	demo: { help: "run a simulated Douyin with three rooms and connect to it", expected: "true or false" },
	url: {
		help: "the running service that commands use; default: the one at host and port",
		expected: "a URL that begins with http:// or https://",
	},
};
