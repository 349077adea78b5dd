import type { Text } from "@livekeeper/base/text";
import type { ConnectionLimits } from "@livekeeper/client";
import { type Command, InvalidArgumentError, Option } from "commander";
import { commandTexts, helpTexts } from "../../text/index.ts";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

type Limit = number | "none";

interface Flags extends Record<string, unknown> {
	max?: Limit;
	maxPerIdentity?: Limit;
	maxPerLogin?: Limit;
	maxPerProxy?: Limit;
	json?: boolean;
}

/** `connections`: shows the rooms that wait for a connection, and sets the limits. */
export function connectionsCommand(program: Command, io: Io): void {
	const limit = (flag: string, what: Text) =>
		new Option(`${flag} <number>`, helpTexts.limit(what)[io.language]).argParser((text) => limitOf(text, io));
	const command = program
		.command("connections")
		.description(helpTexts.connections[io.language])
		.addOption(limit("--max", helpTexts.limits.total))
		.addOption(limit("--max-per-identity", helpTexts.limits.perIdentity))
		.addOption(limit("--max-per-login", helpTexts.limits.perLogin))
		.addOption(limit("--max-per-proxy", helpTexts.limits.perProxy))
		.option("--json", helpTexts.json[io.language]);
	addConfigFlags(command, io, clientOptions).action(async (flags: Flags) => {
		const change = changeOf(flags);
		const connections = await withService(flags, io, ({ connections }) =>
			Object.keys(change).length > 0 ? connections.limit(change) : connections.get(),
		);
		const { connectionsTable } = await import("../format/tables.ts");
		io.out(flags.json ? JSON.stringify(connections, null, 2) : connectionsTable(connections, Date.now(), io.language));
	});
}

function changeOf({ max, maxPerIdentity, maxPerLogin, maxPerProxy }: Flags): Partial<ConnectionLimits> {
	return {
		...(max !== undefined && { max_connections: toWire(max) }),
		...(maxPerIdentity !== undefined && { max_connections_per_identity: toWire(maxPerIdentity) }),
		...(maxPerLogin !== undefined && { max_connections_per_login: toWire(maxPerLogin) }),
		...(maxPerProxy !== undefined && { max_connections_per_proxy: toWire(maxPerProxy) }),
	};
}

function toWire(limit: Limit): number | null {
	return limit === "none" ? null : limit;
}

function limitOf(text: string, io: Pick<Io, "language">): Limit {
	if (text === "none") return text;
	const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
	if (limit < 1 || limit > 100_000) throw new InvalidArgumentError(commandTexts.limit[io.language]);
	return limit;
}

/** `nodes`: lists the nodes of the cluster with their numbers of rooms. */
export function nodesCommand(program: Command, io: Io): void {
	const command = program
		.command("nodes")
		.description(helpTexts.nodes[io.language])
		.option("--json", helpTexts.json[io.language]);
	addConfigFlags(command, io, clientOptions).action(async (flags: { json?: boolean } & Record<string, unknown>) => {
		const answer = await withService(flags, io, (client) => client.nodes());
		if (flags.json) return io.out(JSON.stringify(answer.nodes, null, 2));
		const { nodesTable } = await import("../format/tables.ts");
		io.out(nodesTable(answer, Date.now(), io.language));
	});
}
