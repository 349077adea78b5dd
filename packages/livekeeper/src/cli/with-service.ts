import { type ErrorCode, errorTable, LivekeeperError } from "@livekeeper/base/errors";
import { verbatim } from "@livekeeper/base/text";
import type { LivekeeperApiError, LivekeeperClient } from "@livekeeper/client";
import { serviceUrl } from "../config.ts";
import { commandFailures, commandTexts } from "../text/index.ts";
import { configOf } from "./config-flags.ts";
import type { Io } from "./io.ts";

/** Maximum time for a service to begin its answer, ms. */
const timeoutMs = 10_000;

/**
 * Runs a request against the running service that a command's flags name.
 * @throws LivekeeperError the service's own, or `server_unreachable`
 */
export async function withService<T>(
	flags: Record<string, unknown>,
	{ language }: Pick<Io, "language">,
	work: (client: LivekeeperClient, url: string) => Promise<T>,
): Promise<T> {
	const config = configOf(flags);
	const url = serviceUrl(config);
	// `serve`, whose module names this one, needs no client.
	const library = await import("@livekeeper/client");
	const client = new library.LivekeeperClient({ url, apiKey: config.apiKey, lang: language, timeoutMs });
	try {
		return await work(client, url);
	} catch (error) {
		throw commandFailure(error, url);
	}
}

/** Returns the failure as the command line reports it; errors that are not the client's stay as they are. */
export function commandFailure(error: unknown, url: string): unknown {
	if (!isApiError(error)) return error;
	const { code, message, hint, cause } = error;
	const unreachable = unreachableTexts[code];
	if (unreachable) return new LivekeeperError("server_unreachable", unreachable(url), { cause });
	const known = Object.hasOwn(errorTable, code) ? (code as ErrorCode) : "internal";
	const todo = known === "unauthorized" ? commandTexts.giveKey : hint === "" ? undefined : verbatim(hint);
	// The service was asked for the language of this program.
	return new LivekeeperError(known, verbatim(inFlags(message)), todo === undefined ? {} : { hint: todo });
}

export function isApiError(error: unknown): error is LivekeeperApiError {
	return error instanceof Error && error.name === ("LivekeeperApiError" satisfies LivekeeperApiError["name"]);
}

const unreachableTexts: Partial<Record<string, typeof commandFailures.noService>> = {
	unreachable: commandFailures.noService,
	timeout: commandFailures.noAnswer,
	bad_answer: commandFailures.notLivekeeper,
};

/** Fields of the API that have another name on the command line. */
const flags: Record<string, string> = {
	redundancy: "--redundancy",
	pinned: "--pinned",
	raw: "--raw",
	identity: "--identity",
	"sessions.0.identity": "--second-identity",
	"sessions.1.identity": "--third-identity",
	max_connections: "--max",
	max_connections_per_identity: "--max-per-identity",
	max_connections_per_login: "--max-per-login",
	max_connections_per_proxy: "--max-per-proxy",
	types: "--types",
	format: "--format",
	from: "--from",
	to: "--to",
	expires_at: "--expires",
};

/** Replaces the field at the beginning of a message by its option. */
function inFlags(message: string): string {
	return message.replace(/^([a-z0-9_.]+)(?=: |：)/, (field) =>
		Object.hasOwn(flags, field) ? (flags[field] ?? field) : field,
	);
}
