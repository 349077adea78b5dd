import { z } from "zod";
import { chineseOptions, type Text } from "../text/index.ts";
import { trustedProxies } from "./trusted-proxies.ts";

/** What a person needs to know about an option, beside its type. In English; in Chinese it is among the texts. */
export interface OptionDetails {
	/** One line for `--help`. */
	help: string;
	/** What a value must be, in words; said when one is refused. */
	expected: string;
	/** The value is never shown, logged or returned. */
	secret?: true;
}

const details = z.registry<OptionDetails>();

const wholeNumber = (min: number, max: number) => z.int().min(min).max(max);
const range = (min: number, max: number, unit: string) => `a whole number from ${min} to ${max}${unit && ` ${unit}`}`;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Header values: printable, on one line, so that one can't smuggle in another header. */
const headerText = (max: number) =>
	z
		.string()
		.min(1)
		.max(max)
		.regex(/^[\x20-\x7e\x80-\uffff]+$/);

const filePath = headerText(4096);

/** A host name or address, with or without a port. */
const hostPattern = /^([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/;

/** A NATS server, with or without its scheme and port. */
const natsPattern = /^((nats|tls):\/\/)?([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/;

const isWebUrl = (value: string) => /^https?:$/.test(protocolOf(value));
const isProxyUrl = (value: string) => /^(https?|socks5h?):$/.test(protocolOf(value));
const isOrigin = (value: string) => value === "*" || value === "null" || isPageOrigin(value);

/** As a browser names the site of a page. In a URL's host `*` and the like are letters; no page has one of them. */
function isPageOrigin(value: string): boolean {
	return originOf(value) === value && isWebUrl(value) && /^(?:[a-z0-9._-]+|\[.*\])$/.test(new URL(value).hostname);
}

function protocolOf(value: string): string {
	return URL.canParse(value) ? new URL(value).protocol : "";
}

function originOf(value: string): string {
	return URL.canParse(value) ? new URL(value).origin : "";
}

/**
 * Every option of livekeeper, once. The key in `livekeeper.config.json`, the environment variable and the flag are all
 * made from the name here (`offline_poll_ms`, `LIVEKEEPER_OFFLINE_POLL_MS`, `--offline-poll-ms`).
 */
export const configSchema = z.strictObject({
	port: wholeNumber(0, 65_535)
		.default(7001)
		.register(details, {
			help: "port to listen on; 0 takes any free one",
			expected: range(0, 65_535, ""),
		}),
	host: z
		.string()
		.min(1)
		.max(255)
		.regex(/^[A-Za-z0-9.:%_-]+$/)
		.default("127.0.0.1")
		.register(details, {
			help: "address to listen on; any but this machine's own needs an API key",
			expected: "an IP address or host name, e.g. 127.0.0.1 or 0.0.0.0",
		}),
	data_dir: z.string().min(1).default("./data").register(details, {
		help: "folder for what livekeeper keeps",
		expected: "the path of a folder",
	}),
	api_key: z
		.string()
		.regex(/^[\x21-\x7e]{1,256}$/)
		.optional()
		.register(details, {
			help: "key that clients must send as a bearer token",
			expected: "1 to 256 printable ASCII characters without spaces",
			secret: true,
		}),
	upstream_url: z.string().refine(isWebUrl).default("https://live.douyin.com").register(details, {
		help: "base of the upstream's pages",
		expected: "a URL that begins with http:// or https://",
	}),
	official_url: z.string().refine(isWebUrl).default("https://webcast.bytedance.com").register(details, {
		help: "base of the open platform's calls, for rooms with an app of it",
		expected: "a URL that begins with http:// or https://",
	}),
	official_token_url: z
		.string()
		.refine(isWebUrl)
		.default("https://developer.toutiao.com/api/apps/v2/token")
		.register(details, {
			help: "where the tokens of the open platform come from",
			expected: "a URL that begins with http:// or https://",
		}),
	allowed_hosts: z.array(z.string().regex(hostPattern)).max(100).default([]).register(details, {
		help: "hosts that the upstream may lead to, and the cookie go to, besides its own (those under douyin.com)",
		expected: "host names such as push.example.com, maybe with a port",
	}),
	cookie: headerText(16_384).optional().register(details, {
		help: "your own cookie for the upstream (a logged-in one sees gifts); rooms may bring their own",
		expected: "one line, as the browser sends it: name=value; name=value",
		secret: true,
	}),
	proxy: z.string().refine(isProxyUrl).optional().register(details, {
		help: "proxy to the upstream; rooms may bring their own",
		expected: "a URL that begins with http://, https:// or socks5://",
		secret: true,
	}),
	identity_warn_hours: wholeNumber(0, 8760)
		.default(72)
		.register(details, {
			help: "how long before a login ends warnings begin",
			expected: range(0, 8760, "hours"),
		}),
	identity_check_hours: wholeNumber(0, 8760)
		.default(6)
		.register(details, {
			help: "how often a room's page is asked whether a login still holds; 0: never",
			expected: range(0, 8760, "hours"),
		}),
	identity_rests: z.boolean().default(true).register(details, {
		help: "leave a login alone for hours, then days, that the site shows nothing any more",
		expected: "true or false",
	}),
	user_agent: headerText(1024).optional().register(details, {
		help: "User-Agent sent to the upstream",
		expected: "one line of text",
	}),
	max_rooms: wholeNumber(1, 100_000)
		.default(1000)
		.register(details, {
			help: "how many rooms may be kept at once",
			expected: range(1, 100_000, ""),
		}),
	max_connections: wholeNumber(1, 100_000)
		.optional()
		.register(details, {
			help: "how many rooms may be connected at once; the others wait in line; none: all",
			expected: range(1, 100_000, ""),
		}),
	max_connections_per_identity: wholeNumber(1, 100_000)
		.optional()
		.register(details, {
			help: "how many rooms may be connected with one cookie; none: all",
			expected: range(1, 100_000, ""),
		}),
	max_connections_per_login: wholeNumber(1, 100_000)
		.default(10)
		.register(details, {
			help: "the same for a logged-in cookie where that is not set: many rooms bring risk control",
			expected: range(1, 100_000, ""),
		}),
	max_connections_per_proxy: wholeNumber(1, 100_000)
		.optional()
		.register(details, {
			help: "how many rooms may be connected through one proxy; none: all",
			expected: range(1, 100_000, ""),
		}),
	starts_per_second: wholeNumber(1, 1000)
		.default(20)
		.register(details, {
			help: "how many rooms may begin to connect in one second",
			expected: range(1, 1000, ""),
		}),
	strategy: z.enum(["fixed", "adaptive"]).default("fixed").register(details, {
		help: "when rooms reconnect: by a fixed schedule, or by what attempts of all rooms have shown",
		expected: "fixed or adaptive",
	}),
	polling_fallback: z.boolean().default(true).register(details, {
		help: "read a room by asking again and again while its push socket is refused and its pages work",
		expected: "true or false",
	}),
	offline_poll_ms: wholeNumber(1000, dayMs)
		.default(30_000)
		.register(details, {
			help: "how often an offline room is looked up",
			expected: range(1000, dayMs, "milliseconds"),
		}),
	silence_ms: wholeNumber(1000, dayMs)
		.default(minuteMs)
		.register(details, {
			help: "a connected room is suspect after this long without a message",
			expected: range(1000, dayMs, "milliseconds"),
		}),
	health: z.enum(["rhythm", "fixed"]).default("rhythm").register(details, {
		help: "what a room's silence is judged by: its own rhythm, or silence_ms alone",
		expected: "rhythm or fixed",
	}),
	heartbeat_ms: wholeNumber(1000, 10 * minuteMs)
		.default(10_000)
		.register(details, {
			help: "how often a heartbeat is sent upstream",
			expected: range(1000, 10 * minuteMs, "milliseconds"),
		}),
	handshake_timeout_ms: wholeNumber(100, 10 * minuteMs)
		.default(10_000)
		.register(details, {
			help: "how long the upstream's socket may take to open",
			expected: range(100, 10 * minuteMs, "milliseconds"),
		}),
	request_timeout_ms: wholeNumber(100, 10 * minuteMs)
		.default(10_000)
		.register(details, {
			help: "how long the upstream may take to answer one request",
			expected: range(100, 10 * minuteMs, "milliseconds"),
		}),
	health_check_ms: wholeNumber(100, 10 * minuteMs)
		.default(5000)
		.register(details, {
			help: "how often every room's health is checked",
			expected: range(100, 10 * minuteMs, "milliseconds"),
		}),
	queue_size: wholeNumber(1, 10_000_000)
		.default(10_000)
		.register(details, {
			help: "messages held for each room while they cannot be stored; past it the room stops listening",
			expected: range(1, 10_000_000, ""),
		}),
	cors_origins: z.array(z.string().refine(isOrigin)).max(100).default([]).register(details, {
		help: "web origins whose pages may use this service, separated by commas; none: only its own",
		expected: "origins such as https://example.com (no path), or *",
	}),
	body_limit: wholeNumber(1024, 16 * 1024 * 1024)
		.default(64 * 1024)
		.register(details, {
			help: "largest request body, in bytes",
			expected: range(1024, 16 * 1024 * 1024, "bytes"),
		}),
	rate_limit: wholeNumber(0, 10_000_000)
		.default(3000)
		.register(details, {
			help: "requests a minute from one address; 0: no limit",
			expected: range(0, 10_000_000, ""),
		}),
	trust_proxy: trustedProxies.default(false).register(details, {
		help: "whose X-Forwarded-For is believed; only for a service that nobody reaches but by that proxy",
		expected: "true, false, a number of proxies, or their addresses",
	}),
	secret: z.string().min(16).max(1024).optional().register(details, {
		help: "key that cookies, proxies and webhook secrets are encrypted with; default: secret.key in the data folder",
		expected: "16 to 1024 characters",
		secret: true,
	}),
	retention_hours: wholeNumber(1, 24 * 3650)
		.default(7 * 24)
		.register(details, {
			help: "events older than this are deleted",
			expected: range(1, 24 * 3650, "hours"),
		}),
	clock_trust_hours: wholeNumber(0, 24 * 365)
		.default(24)
		.register(details, {
			help: "after a jump of the clock nothing is deleted by age until it has run evenly this long; 0: it is believed",
			expected: range(0, 24 * 365, "hours"),
		}),
	retention_mb: wholeNumber(16, 16 * 1024 * 1024)
		.default(2048)
		.register(details, {
			help: "the oldest events are deleted while all of them take more than this",
			expected: range(16, 16 * 1024 * 1024, "MiB"),
		}),
	group_commit_ms: wholeNumber(1, 10_000)
		.default(10)
		.register(details, {
			help: "least time between two writes to the event log; larger writes less, smaller shows events sooner",
			expected: range(1, 10_000, "milliseconds"),
		}),
	cluster: z.array(z.string().regex(natsPattern)).max(100).default([]).register(details, {
		help: "NATS servers of the cluster that this is a node of, separated by commas; none: a single node",
		expected: "addresses such as nats://10.0.0.1:4222, without user and password (nats_user, nats_password)",
	}),
	node: z
		.string()
		.regex(/^[A-Za-z0-9_.-]{1,64}$/)
		.optional()
		.register(details, {
			help: "this node's name, different on each; default: the machine's name",
			expected: "1 to 64 letters, digits, '_', '-' or '.'",
		}),
	node_weight: wholeNumber(1, 100)
		.default(1)
		.register(details, {
			help: "how much of the rooms this node takes, in proportion to the others",
			expected: range(1, 100, ""),
		}),
	cluster_replicas: wholeNumber(1, 3)
		.refine((replicas) => replicas !== 2)
		.default(3)
		.register(details, {
			help: "how many NATS servers keep each message; 1 where there is one server alone",
			expected: "1 or 3",
		}),
	cluster_hold_ms: wholeNumber(1000, 60 * minuteMs)
		.default(30_000)
		.register(details, {
			help: "how long a node that cannot reach NATS keeps its rooms connected",
			expected: range(1000, 60 * minuteMs, "milliseconds"),
		}),
	cluster_drain_ms: wholeNumber(0, 60 * minuteMs)
		.default(30_000)
		.register(details, {
			help: "how long other nodes have to take over this one's rooms when it stops",
			expected: range(0, 60 * minuteMs, "milliseconds"),
		}),
	nats_user: headerText(256).optional().register(details, {
		help: "user name for NATS",
		expected: "one line of text",
	}),
	nats_password: headerText(1024).optional().register(details, {
		help: "password for NATS",
		expected: "one line of text",
		secret: true,
	}),
	nats_token: headerText(1024).optional().register(details, {
		help: "token for NATS, in place of a user name",
		expected: "one line of text",
		secret: true,
	}),
	nats_creds: filePath.optional().register(details, {
		help: "credentials file for NATS, in place of a user name",
		expected: "the path of a file",
	}),
	nats_ca: filePath.optional().register(details, {
		help: "certificates of the authority that NATS servers are trusted by; with it the connection is over TLS",
		expected: "the path of a PEM file",
	}),
	nats_cert: filePath.optional().register(details, {
		help: "this node's certificate for NATS",
		expected: "the path of a PEM file",
	}),
	nats_key: filePath.optional().register(details, {
		help: "key of this node's certificate",
		expected: "the path of a PEM file",
	}),
	webhook_allow_private: z.boolean().default(false).register(details, {
		help: "let webhooks go to private and local addresses",
		expected: "true or false",
	}),
	webhook_concurrency: wholeNumber(1, 1000)
		.default(16)
		.register(details, {
			help: "webhook requests under way at once",
			expected: range(1, 1000, ""),
		}),
	reader_stall_ms: wholeNumber(1000, 60 * minuteMs)
		.default(minuteMs)
		.register(details, {
			help: "a client that takes nothing of what waits for it for this long is disconnected",
			expected: range(1000, 60 * minuteMs, "milliseconds"),
		}),
	socket_buffer: wholeNumber(64 * 1024, 1024 * 1024 * 1024)
		.default(1024 * 1024)
		.register(details, {
			help: "bytes held for a slow client; past it the client is served from the event log at its own pace",
			expected: range(64 * 1024, 1024 * 1024 * 1024, "bytes"),
		}),
	max_readers: wholeNumber(1, 100_000)
		.default(1000)
		.register(details, {
			help: "how many Socket.IO, SSE and WebSocket clients there may be at once",
			expected: range(1, 100_000, ""),
		}),
	readers_buffer: wholeNumber(1024 * 1024, 64 * 1024 * 1024 * 1024)
		.default(32 * 1024 * 1024)
		.register(details, {
			help: "bytes held for all slow clients together; each may have an eighth of what is free, up to socket_buffer",
			expected: range(1024 * 1024, 64 * 1024 * 1024 * 1024, "bytes"),
		}),
	max_rooms_per_socket: wholeNumber(1, 100_000)
		.default(200)
		.register(details, {
			help: "how many rooms one Socket.IO client may join, and how many of its requests may wait",
			expected: range(1, 100_000, ""),
		}),
	log_level: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info").register(details, {
		help: "how much is logged",
		expected: "trace, debug, info, warn, error, fatal or silent",
	}),
	log_format: z.enum(["auto", "pretty", "json"]).default("auto").register(details, {
		help: "auto: readable on a terminal, JSON elsewhere",
		expected: "auto, pretty or json",
	}),
	demo: z.boolean().default(false).register(details, {
		help: "run a simulated Douyin with three rooms and connect to it",
		expected: "true or false",
	}),
	url: z.string().refine(isWebUrl).optional().register(details, {
		help: "the running service that commands talk to; default: the host and port above",
		expected: "a URL that begins with http:// or https://",
	}),
});

type Shape = typeof configSchema.shape;
export type OptionName = keyof Shape;
type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type Values = z.output<typeof configSchema>;

/** Options as the file names them; all may be left out. */
export type ConfigInput = z.input<typeof configSchema>;

type Options = { [Name in OptionName as Camel<Name>]: Values[Name] };

/** Where the values came from that aren't defaults. */
export interface ConfigOrigin {
	/** The file that was read, where there was one. */
	file: string | undefined;
	options: Partial<Record<OptionName, "file" | "environment" | "flag" | "program">>;
}

/** All options, with defaults filled in. Times are ms, sizes bytes. */
export type Config = Options & { origin: ConfigOrigin };

export type OptionKind = "integer" | "boolean" | "list" | "text";

/** One option with all its names. */
export interface ConfigOption extends Pick<OptionDetails, "secret"> {
	name: OptionName;
	/** One line for `--help`. */
	help: Text;
	/** What a value must be, in words; said when one is refused. */
	expected: Text;
	/** As a property of {@link Config}, and as commander names the flag. */
	property: keyof Options;
	env: string;
	flag: string;
	kind: OptionKind;
	schema: z.ZodType;
	/** `undefined` where there is none. */
	default: unknown;
}

const inChinese: Record<OptionName, Pick<OptionDetails, "help" | "expected">> = chineseOptions;

export const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function kindOf(schema: z.ZodType): OptionKind {
	if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return kindOf(schema.unwrap() as z.ZodType);
	if (schema instanceof z.ZodNumber) return "integer";
	if (schema instanceof z.ZodBoolean) return "boolean";
	if (schema instanceof z.ZodArray) return "list";
	return "text";
}

/** The table that file, environment, flags, help and documentation are made from. */
export const configOptions: readonly ConfigOption[] = Object.entries(configSchema.shape).map(([name, schema]) => {
	const about = details.get(schema as Shape[OptionName]);
	if (!about) throw new TypeError(`The option ${name} lacks its description`);
	const chinese = inChinese[name as OptionName];
	return {
		...(about.secret && { secret: about.secret }),
		help: { en: about.help, zh: chinese.help },
		expected: { en: about.expected, zh: chinese.expected },
		name: name as OptionName,
		property: camelCase(name) as keyof Options,
		env: `LIVEKEEPER_${name.toUpperCase()}`,
		flag: `--${name.replaceAll("_", "-")}`,
		kind: kindOf(schema),
		schema,
		default: schema.safeParse(undefined).data,
	};
});
