import { isIP } from "node:net";
import type { Text } from "@livekeeper/base/text";
import { z } from "zod";
import { optionTexts } from "../text/index.ts";

/** Returns whether a text is a proxy's address or a network of them: `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`. */
function isNetwork(text: string): boolean {
	const [address = "", bits, ...rest] = text.split("/");
	const maxBits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
	if (rest.length > 0 || maxBits < 0) return false;
	return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= maxBits);
}

const networks = z.array(z.string().refine(isNetwork)).min(1).max(100);

/** Parses the textual forms of the environment and of flags. */
function fromText(value: unknown): unknown {
	if (typeof value !== "string") return value;
	const text = value.trim();
	if (/^\d{1,3}$/.test(text)) return Number(text);
	if (/^(true|yes|on)$/i.test(text)) return true;
	return /^(false|no|off)$/i.test(text) ? false : text.split(",").map((network) => network.trim());
}

/** `trust_proxy`: true or false for all or none, the number of proxies in a row, or the proxies by their addresses. */
const trustedProxies = z.preprocess(fromText, z.union([z.boolean(), z.int().min(0).max(32), networks]));

const wholeNumber = (min: number, max: number) => z.int().min(min).max(max);
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Header values: printable and on one line, so that they can't smuggle in another header. */
const headerText = (max: number) =>
	z
		.string()
		.min(1)
		.max(max)
		.regex(/^[\x20-\x7e\x80-\uffff]+$/);

const filePath = headerText(4096);

/** An address to listen on. */
const hostName = z
	.string()
	.min(1)
	.max(255)
	.regex(/^[A-Za-z0-9.:%_-]+$/);

/** A host name or address, with or without a port. */
const hostPattern = /^([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/;

/** A NATS server, with or without its scheme and port. */
const natsPattern = /^((nats|tls):\/\/)?([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/;

const isWebUrl = (value: string) => /^https?:$/.test(protocolOf(value));
const isProxyUrl = (value: string) => /^(https?|socks5h?):$/.test(protocolOf(value));
const isOrigin = (value: string) => value === "*" || value === "null" || isPageOrigin(value);

/**
 * Returns whether a browser would send it as a page's origin. A URL parser accepts `*` and the like in a host; no page
 * has them.
 */
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
 * Every option of livekeeper, once. The key in `livekeeper.config.json`, the environment variable and the flag all
 * derive from the name here (`heartbeat_ms`, `LIVEKEEPER_HEARTBEAT_MS`, `--heartbeat-ms`).
 */
export const configSchema = z.strictObject({
	port: wholeNumber(0, 65_535).default(7001),
	host: hostName.default("127.0.0.1"),
	data_dir: z.string().min(1).default("./data"),
	api_key: z
		.string()
		.regex(/^[\x21-\x7e]{1,256}$/)
		.optional(),
	public_url: z.string().refine(isWebUrl).optional(),
	upstream_url: z.string().refine(isWebUrl).default("https://live.douyin.com"),
	official_url: z.string().refine(isWebUrl).default("https://webcast.bytedance.com"),
	official_token_url: z.string().refine(isWebUrl).default("https://developer.toutiao.com/api/apps/v2/token"),
	allowed_hosts: z.array(z.string().regex(hostPattern)).max(100).default([]),
	cookie: headerText(16_384).optional(),
	proxy: z.string().refine(isProxyUrl).optional(),
	identity_warn_hours: wholeNumber(0, 8760).default(72),
	identity_check_hours: wholeNumber(0, 8760).default(6),
	identity_rests: z.boolean().default(true),
	user_agent: headerText(1024).optional(),
	max_rooms: wholeNumber(1, 100_000).default(1000),
	max_connections: wholeNumber(1, 100_000).optional(),
	max_connections_per_identity: wholeNumber(1, 100_000).optional(),
	max_connections_per_login: wholeNumber(1, 100_000).default(10),
	max_connections_per_proxy: wholeNumber(1, 100_000).optional(),
	starts_per_second: wholeNumber(1, 1000).default(20),
	lookups_per_minute: wholeNumber(1, 100_000).optional(),
	site_profile: filePath.optional(),
	signer: filePath.optional(),
	updates: z.string().refine(isWebUrl).optional(),
	updates_key: z
		.string()
		.regex(/^[A-Za-z0-9+/]{43}=?$/)
		.optional(),
	own_address: z.boolean().default(false),
	strategy: z.enum(["fixed", "adaptive"]).default("fixed"),
	polling_fallback: z.boolean().default(true),
	silence_ms: wholeNumber(1000, dayMs).default(minuteMs),
	health: z.enum(["rhythm", "fixed"]).default("rhythm"),
	heartbeat_ms: wholeNumber(1000, 10 * minuteMs).default(10_000),
	handshake_timeout_ms: wholeNumber(100, 10 * minuteMs).default(10_000),
	request_timeout_ms: wholeNumber(100, 10 * minuteMs).default(10_000),
	health_check_ms: wholeNumber(100, 10 * minuteMs).default(5000),
	queue_mb: wholeNumber(1, 16_384).default(64),
	cors_origins: z.array(z.string().refine(isOrigin)).max(100).default([]),
	body_limit: wholeNumber(1024, 16 * 1024 * 1024).default(64 * 1024),
	rate_limit: wholeNumber(0, 10_000_000).default(3000),
	trust_proxy: trustedProxies.default(false),
	secret: z.string().min(16).max(1024).optional(),
	retention_hours: wholeNumber(1, 24 * 3650).default(7 * 24),
	clock_trust_hours: wholeNumber(0, 24 * 365).default(24),
	retention_mb: wholeNumber(16, 16 * 1024 * 1024).default(2048),
	group_commit_ms: wholeNumber(1, 10_000).default(10),
	cluster: z.array(z.string().regex(natsPattern)).max(100).default([]),
	node: z
		.string()
		.regex(/^[A-Za-z0-9_.-]{1,64}$/)
		.optional(),
	node_weight: wholeNumber(1, 100).default(1),
	cluster_replicas: wholeNumber(1, 3)
		.refine((replicas) => replicas !== 2)
		.default(3),
	cluster_hold_ms: wholeNumber(1000, 60 * minuteMs).default(30_000),
	cluster_drain_ms: wholeNumber(0, 60 * minuteMs).default(30_000),
	nats_user: headerText(256).optional(),
	nats_password: headerText(1024).optional(),
	nats_token: headerText(1024).optional(),
	nats_creds: filePath.optional(),
	nats_ca: filePath.optional(),
	nats_cert: filePath.optional(),
	nats_key: filePath.optional(),
	target_allow_private: z.boolean().default(false),
	target_allow_loopback: z.boolean().default(false),
	target_concurrency: wholeNumber(1, 1000).default(16),
	reader_stall_ms: wholeNumber(1000, 60 * minuteMs).default(minuteMs),
	socket_buffer: wholeNumber(64 * 1024, 1024 * 1024 * 1024).default(1024 * 1024),
	max_readers: wholeNumber(1, 100_000).default(1000),
	readers_buffer: wholeNumber(1024 * 1024, 64 * 1024 * 1024 * 1024).default(32 * 1024 * 1024),
	max_rooms_per_socket: wholeNumber(1, 100_000).default(200),
	mcp: z.enum(["off", "read", "control"]).default("off"),
	compat_host: hostName.default("127.0.0.1"),
	douyinlive_port: wholeNumber(0, 65_535).optional(),
	barragegrab_port: wholeNumber(0, 65_535).optional(),
	log_level: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
	log_format: z.enum(["auto", "pretty", "json"]).default("auto"),
	demo: z.boolean().default(false),
	url: z.string().refine(isWebUrl).optional(),
});

type Shape = typeof configSchema.shape;
export type OptionName = keyof Shape;
type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type Values = z.output<typeof configSchema>;

/** Options as the file names them; all are optional. */
export type ConfigInput = z.input<typeof configSchema>;

type Options = { [Name in OptionName as Camel<Name>]: Values[Name] };

/** Origin of the values that aren't defaults. */
export interface ConfigOrigin {
	/** The file that was read, if any. */
	file: string | undefined;
	options: Partial<Record<OptionName, "file" | "environment" | "flag" | "program">>;
}

/** All options with defaults filled in. Times are ms, sizes bytes. */
export type Config = Options & { origin: ConfigOrigin };

type OptionKind = "integer" | "boolean" | "list" | "text";

/** One option with all its names. */
export interface ConfigOption {
	name: OptionName;
	/** One line for `--help`. */
	help: Text;
	/** Description of valid values, shown when one is rejected. */
	expected: Text;
	/** The property of {@link Config}, and commander's name of the flag. */
	property: keyof Options;
	env: string;
	flag: string;
	kind: OptionKind;
	schema: z.ZodType;
	/** Set if the value must never be shown, logged or returned. */
	secret?: true;
	/** `undefined` if there is none. */
	default: unknown;
}

/** Options whose values are never shown, logged or returned. */
const secrets: readonly OptionName[] = ["api_key", "cookie", "proxy", "secret", "nats_password", "nats_token"];

export const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function kindOf(schema: z.ZodType): OptionKind {
	if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return kindOf(schema.unwrap() as z.ZodType);
	if (schema instanceof z.ZodNumber) return "integer";
	if (schema instanceof z.ZodBoolean) return "boolean";
	if (schema instanceof z.ZodArray) return "list";
	return "text";
}

/** Table from which file, environment, flags, help and documentation are generated. */
export const configOptions: readonly ConfigOption[] = Object.entries(configSchema.shape).map(([key, schema]) => {
	const name = key as OptionName;
	return {
		...(secrets.includes(name) && { secret: true }),
		...optionTexts[name],
		name,
		property: camelCase(name) as keyof Options,
		env: `LIVEKEEPER_${name.toUpperCase()}`,
		flag: `--${name.replaceAll("_", "-")}`,
		kind: kindOf(schema),
		schema,
		default: schema.safeParse(undefined).data,
	};
});

/**
 * Describes every option of a service with its value, default and origin, in the shape of `GET /api/v1/config`. For a
 * secret, only whether it is set.
 */
export function describeConfig(config: Config) {
	const { file, options: from } = config.origin;
	// The address that commands use is no option of the service.
	const own = configOptions.filter(({ name }) => name !== "url");
	return {
		file: file ?? null,
		options: own.map(({ name, env, flag, kind, help, expected, secret = false, default: standard, property }) => ({
			...{ name, env, flag, kind, help, expected, secret },
			set: config[property] !== undefined,
			value: secret ? null : withoutPassword(config[property] ?? null),
			default: standard ?? null,
			from: from[name] ?? ("default" as const),
		})),
	};
}

/** Removes user and password from an address. */
function withoutPassword(value: unknown): unknown {
	if (typeof value !== "string" || !URL.canParse(value)) return value;
	const url = new URL(value);
	if (url.username === "" && url.password === "") return value;
	url.username = "***";
	url.password = "";
	return url.href;
}
