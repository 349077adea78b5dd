import { type Command, InvalidArgumentError, Option } from "commander";
import { serviceUrl } from "../../config.ts";
import { createApiClient, type LimitChange } from "../api-client.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import { connectionsTable } from "../format/connections-table.ts";
import type { Io } from "../io.ts";

type Limit = number | "none";

interface Flags extends Record<string, unknown> {
	max?: Limit;
	maxPerIdentity?: Limit;
	maxPerProxy?: Limit;
	json?: boolean;
}

/** `connections`: who waits for a connection, and how many there may be. */
export function connectionsCommand(program: Command, io: Io): void {
	const limit = (flag: string, what: string) =>
		new Option(`${flag} <number>`, `from now on at most this many ${what}; "none" for no limit`).argParser(limitOf);
	const command = program
		.command("connections")
		.description("show who waits for a connection, or change how many there may be until the service ends")
		.addOption(limit("--max", "connections"))
		.addOption(limit("--max-per-identity", "with one cookie"))
		.addOption(limit("--max-per-proxy", "through one proxy"))
		.option("--json", "print JSON instead of a table");
	addConfigFlags(command, clientOptions).action(async (flags: Flags) => {
		const config = configOf(flags);
		const client = createApiClient({ url: serviceUrl(config), apiKey: config.apiKey });
		const change = changeOf(flags);
		const connections = Object.keys(change).length > 0 ? await client.limit(change) : await client.connections();
		io.out(flags.json ? JSON.stringify(connections, null, 2) : connectionsTable(connections, Date.now()));
	});
}

function changeOf({ max, maxPerIdentity, maxPerProxy }: Flags): LimitChange {
	return {
		...(max !== undefined && { max_connections: toWire(max) }),
		...(maxPerIdentity !== undefined && { max_connections_per_identity: toWire(maxPerIdentity) }),
		...(maxPerProxy !== undefined && { max_connections_per_proxy: toWire(maxPerProxy) }),
	};
}

function toWire(limit: Limit): number | null {
	return limit === "none" ? null : limit;
}

function limitOf(text: string): Limit {
	if (text === "none") return text;
	const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
	if (limit < 1 || limit > 100_000)
		throw new InvalidArgumentError('Expected a whole number from 1 to 100000, or "none".');
	return limit;
}
