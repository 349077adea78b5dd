import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { LivekeeperError } from "@livekeeper/base/errors";
import { type Text, verbatim } from "@livekeeper/base/text";
import { inMemory } from "@livekeeper/log/data-folder";
import { homeEnv, homeFolder, restartedEnv, starterEnv } from "./config/home.ts";
import { languageEnv } from "./config/language.ts";
import {
	type Config,
	type ConfigInput,
	type ConfigOption,
	type ConfigOrigin,
	camelCase,
	configOptions,
	type OptionName,
} from "./config/schema.ts";
import { configTexts } from "./text/index.ts";

export type { Config, ConfigInput } from "./config/schema.ts";

/** Name of the file that is read from the working folder by default. */
export const configFileName = "livekeeper.config.json";

/** One wrong value or unknown key. `value` is never a secret's. */
export interface ConfigProblem {
	/** `flag --port`, `environment LIVEKEEPER_PORT`, `port in livekeeper.config.json`. */
	source: Text;
	value?: Text;
	message: Text;
}

export interface ConfigSources {
	/** Flags as commander gives them, with camelCase names. `config` names the file. */
	flags?: Readonly<Record<string, unknown>>;
	env?: Readonly<Record<string, string | undefined>>;
	/**
	 * Folder of `livekeeper.config.json` and of relative paths; default: the one that `LIVEKEEPER_HOME` names, else the
	 * working folder.
	 */
	cwd?: string;
}

const envPrefix = "LIVEKEEPER_";
const configFileEnv = "LIVEKEEPER_CONFIG";
/** Variables that are no options of the service, because they are read before the options are. */
const notOptions = [configFileEnv, languageEnv, homeEnv, starterEnv, restartedEnv];

/**
 * Reads flags, environment and file into one checked {@link Config}: a flag beats the environment, which beats the
 * file, which beats the default. An empty environment variable counts as not set, and so do those that Kubernetes sets
 * for a service named livekeeper. The only reader of `process.env`.
 *
 * @throws {LivekeeperError} `invalid_config` with every wrong value and its source, or `api_key_required`
 */
export function loadConfig(sources: ConfigSources = {}): Config {
	const { flags = {}, env = process.env } = sources;
	const { cwd = homeFolder(env, process.cwd()) } = sources;
	const problems: ConfigProblem[] = [];
	const { path, values: file } = readFileValues(flags["config"], env, cwd, problems);
	const [environment, given] = [readEnvironment(env, problems), readFlags(flags, problems)];
	const options = { ...all(file, "file"), ...all(environment, "environment"), ...all(given, "flag") };
	return complete({ ...file, ...environment, ...given }, { file: path, options }, problems, cwd);
}

/**
 * Checks options given by a program, named as in the file (`upstream_url`); reads neither file nor environment.
 *
 * @throws {LivekeeperError} `invalid_config` or `api_key_required`
 */
export function parseConfig(input: ConfigInput, cwd = process.cwd()): Config {
	const problems: ConfigProblem[] = [];
	const values = readNamed(input, configTexts.sources.option, problems);
	return complete(values, { file: undefined, options: all(values, "program") }, problems, cwd);
}

/** Returns the same value for each option that is set. */
function all<From extends string>(values: Values, from: From): Partial<Record<OptionName, From>> {
	return Object.fromEntries(Object.keys(values).map((name) => [name, from]));
}

/** Fills in the defaults and checks options that depend on each other. */
function complete(values: Values, origin: ConfigOrigin, problems: readonly ConfigProblem[], cwd: string): Config {
	if (problems.length > 0) throw invalidConfig(problems);
	const options = configOptions.map((option) => [option.property, values[option.name] ?? option.default]);
	const config = { ...Object.fromEntries(options), origin } as Config;
	assertSafeHost(config);
	assertSafeOrigins(config);
	const dataDir = config.dataDir === inMemory ? inMemory : resolve(cwd, config.dataDir);
	const inHome = (file: string | undefined) => (file === undefined ? undefined : resolve(cwd, file));
	const files = { siteProfile: inHome(config.siteProfile), signer: inHome(config.signer) };
	return { ...config, ...files, dataDir, upstreamUrl: config.upstreamUrl.replace(/\/+$/, "") };
}

/** Returns whether only programs on this machine can reach the address. */
export function isLoopbackHost(host: string): boolean {
	if (host === "localhost" || host === "::1" || host === "[::1]") return true;
	return isIP(host) === 4 && host.startsWith("127.");
}

/** Returns where clients on this machine reach the service with this configuration. */
export function serviceUrl(config: Config): string {
	if (config.url) return config.url.replace(/\/+$/, "");
	const host = config.host === "0.0.0.0" || config.host === "::" ? "127.0.0.1" : config.host;
	return `http://${host.includes(":") ? `[${host}]` : host}:${config.port}`;
}

function assertSafeHost({ host, compatHost, douyinlivePort, barragegrabPort, apiKey }: Config): void {
	const listens = douyinlivePort !== undefined || barragegrabPort !== undefined;
	const open = [host, ...(listens ? [compatHost] : [])].find((one) => !isLoopbackHost(one));
	if (open === undefined || apiKey) return;
	throw new LivekeeperError("api_key_required", configTexts.openHost(open), {
		hint: configTexts.openHostHint,
	});
}

/** Origins that any web site can have: in a sandboxed frame (`null`), or by a wildcard (`*`). */
const anySite = ["*", "null"];

function assertSafeOrigins({ corsOrigins, apiKey }: Config): void {
	const open = corsOrigins.find((origin) => anySite.includes(origin));
	if (open === undefined || apiKey) return;
	throw new LivekeeperError("api_key_required", configTexts.openOrigin(open), {
		hint: configTexts.openOriginHint(open === "null"),
	});
}

type Values = Record<string, unknown>;

interface FileValues {
	path?: string;
	values: Values;
}

/** @returns also the file of the values, if there is one */
function readFileValues(flag: unknown, env: Values, cwd: string, problems: ConfigProblem[]): FileValues {
	const named = typeof flag === "string" ? flag : (env[configFileEnv] as string | undefined) || undefined;
	const path = resolve(cwd, named ?? configFileName);
	const content = readJson(path, named !== undefined, problems);
	if (content === undefined) return { values: {} };
	if (typeof content !== "object" || content === null || Array.isArray(content)) {
		problems.push({ source: verbatim(path), message: configTexts.notAnObject });
		return { values: {} };
	}
	return { path, values: readNamed(content, (key) => configTexts.sources.file(key, path), problems) };
}

/** Reads values under the options' own names. */
function readNamed(content: object, sourceOf: (key: string) => Text, problems: ConfigProblem[]): Values {
	const values: Values = {};
	for (const [key, value] of Object.entries(content)) {
		const option = configOptions.find((o) => o.name === key);
		if (option) check(option, value, sourceOf(key), values, problems);
		else if (key !== "$schema") problems.push(unknownName(sourceOf(key), key, (o) => o.name));
	}
	return values;
}

function readJson(path: string, required: boolean, problems: ConfigProblem[]): unknown {
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? String(error);
		if (code === "ENOENT" && !required) return undefined;
		const message =
			code === "ENOENT" ? configTexts.noFile(configFileEnv) : configTexts.unreadableFile(code, configFileEnv);
		problems.push({ source: verbatim(path), message });
		return undefined;
	}
	try {
		return JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
	} catch (error) {
		// The parser's own message quotes the text around the mistake, which may be a secret: only the position is
		// reported.
		const position = /position (\d+)/.exec(String(error))?.[1];
		const line = position === undefined ? undefined : text.slice(0, Number(position)).split("\n").length;
		problems.push({ source: verbatim(path), message: configTexts.notJson(line) });
		return undefined;
	}
}

function readEnvironment(env: Values, problems: ConfigProblem[]): Values {
	const values: Values = {};
	for (const [key, value] of Object.entries(env)) {
		if (!key.startsWith(envPrefix) || notOptions.includes(key) || typeof value !== "string" || value === "") continue;
		if (isServiceLink(key, value)) continue;
		const option = configOptions.find((o) => o.env === key);
		const source = configTexts.sources.environment(key);
		if (option) check(option, fromText(option, value), source, values, problems);
		else problems.push(unknownName(source, key, (o) => o.env));
	}
	return values;
}

/**
 * Returns whether a variable is Kubernetes' own. It announces a service named `livekeeper` to the pods of its namespace
 * in variables that look like ours: `LIVEKEEPER_SERVICE_HOST`, `LIVEKEEPER_PORT_7001_TCP_ADDR`, and
 * `LIVEKEEPER_PORT=tcp://10.0.0.1:7001`. No option has such a name or such a value.
 */
function isServiceLink(key: string, value: string): boolean {
	if (key === "LIVEKEEPER_PORT") return /^(tcp|udp|sctp):\/\//.test(value);
	return /^LIVEKEEPER_(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/.test(key);
}

function readFlags(flags: Values, problems: ConfigProblem[]): Values {
	const values: Values = {};
	for (const option of configOptions) {
		const value = flags[option.property];
		if (value === undefined) continue;
		const typed = typeof value === "string" ? fromText(option, value) : value;
		check(option, typed, configTexts.sources.flag(option.flag), values, problems);
	}
	return values;
}

/**
 * Parses the text of the environment and flags; a text that doesn't fit the option's type is left for the schema to
 * reject.
 */
function fromText(option: ConfigOption, text: string): unknown {
	const value = text.trim();
	if (option.kind === "integer") return /^-?\d{1,15}$/.test(value) ? Number(value) : text;
	if (option.kind === "boolean") {
		if (/^(1|true|yes|on)$/i.test(value)) return true;
		return /^(0|false|no|off)$/i.test(value) ? false : text;
	}
	if (option.kind === "list") {
		return value
			.split(",")
			.map((item) => item.trim())
			.filter((item) => item !== "");
	}
	return text;
}

function check(option: ConfigOption, value: unknown, source: Text, into: Values, problems: ConfigProblem[]): void {
	const result = option.schema.safeParse(value);
	if (result.success && value !== undefined) {
		into[option.name] = result.data;
		return;
	}
	const text = JSON.stringify(value) ?? String(value);
	const shown = option.secret || mayHoldPassword(text) ? configTexts.hidden : verbatim(shorten(text));
	problems.push({ source, value: shown, message: configTexts.expected(option.expected) });
}

/**
 * Returns whether a text is like `nats://user:password@host`: the password may contain anything, including commas,
 * which split a list.
 */
function mayHoldPassword(text: string): boolean {
	return /:.*@/.test(text);
}

function shorten(text: string): string {
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function unknownName(source: Text, name: string, nameOf: (option: ConfigOption) => string): ConfigProblem {
	const meant = closest(name, nameOf);
	return { source, message: configTexts.noOption(meant) };
}

function closest(name: string, nameOf: (option: ConfigOption) => string): string | undefined {
	const plain = (text: string) => camelCase(text.replaceAll("-", "_")).toLowerCase().replaceAll("_", "");
	let best: { name: string; distance: number } | undefined;
	for (const option of configOptions) {
		const distance = editDistance(plain(name), plain(nameOf(option)));
		if (!best || distance < best.distance) best = { name: nameOf(option), distance };
	}
	return best && best.distance <= 3 ? best.name : undefined;
}

function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}

function invalidConfig(problems: readonly ConfigProblem[]): LivekeeperError {
	const lines = problems.map(({ source, value, message }) => configTexts.problem(source, value, message));
	return new LivekeeperError("invalid_config", configTexts.unusable(lines), { hint: configTexts.unusableHint });
}
