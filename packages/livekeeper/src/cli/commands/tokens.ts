import type { Command } from "commander";
import { serviceUrl } from "../../config.ts";
import { type ApiClient, createApiClient } from "../api-client.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import { tokenTable } from "../format/token-table.ts";
import type { Io } from "../io.ts";

/** `tokens`, `tokens add` and `tokens remove`. */
export function tokenCommands(program: Command, io: Io): void {
	const tokens = program
		.command("tokens")
		.description("show the overlay tokens: who may read one room, or all, and no more, without the API key")
		.option("--json", "print JSON");
	addConfigFlags(tokens, clientOptions).action(async (flags: Record<string, unknown>) => {
		const all = await clientOf(flags).overlayTokens();
		if (flags["json"] === true) io.out(JSON.stringify(all, null, 2));
		else if (all.length === 0) io.out("No overlay tokens yet. Make one with: livekeeper tokens add --name <name>");
		else io.out(tokenTable(all, Date.now()));
	});
	addCommand(tokens, io);
	const remove = tokens.command("remove").description("revoke an overlay token: what it opened ends").argument("<id>");
	addConfigFlags(remove, clientOptions).action(async (id: string, _flags: unknown, command: Command) => {
		// Options may stand before the name of a subcommand as well.
		await clientOf(command.optsWithGlobals()).removeOverlayToken(id);
		io.out(`${io.paint("green", "✓")} Overlay token ${id} is revoked`);
	});
}

function addCommand(tokens: Command, io: Io): void {
	const add = tokens
		.command("add")
		.description("make an overlay token, and show its secret, this once")
		.requiredOption("--name <name>", "what it is for")
		.option("--room <live_id>", "the one room that it opens, by its live id or URL; without it: all rooms");
	addConfigFlags(add, clientOptions).action(async (_flags: unknown, command: Command) => {
		const flags = command.optsWithGlobals();
		const made = await clientOf(flags).addOverlayToken({ name: flags["name"], live_id: flags["room"] });
		if (flags["json"] === true) {
			io.out(JSON.stringify(made, null, 2));
			return;
		}
		const { id, live_id: liveId } = made.token;
		io.out(
			`${io.paint("green", "✓")} Overlay token ${id} may read ${liveId === null ? "all rooms" : `room ${liveId}`}`,
		);
		io.out(made.secret);
		io.out(io.paint("gray", "The secret is not shown again. Whoever has it may read, and nothing else."));
	});
}

function clientOf(flags: Record<string, unknown>): ApiClient {
	const config = configOf(flags);
	return createApiClient({ url: serviceUrl(config), apiKey: config.apiKey });
}
