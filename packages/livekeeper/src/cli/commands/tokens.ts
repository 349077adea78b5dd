import type { Command } from "commander";
import { commandTexts, helpTexts } from "../../text/index.ts";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

/** `tokens`, `tokens add` and `tokens remove`. */
export function tokenCommands(program: Command, io: Io): void {
	const tokens = program
		.command("tokens")
		.description(helpTexts.tokens[io.language])
		.option("--json", helpTexts.tokensJson[io.language]);
	addConfigFlags(tokens, io, clientOptions).action(async (flags: Record<string, unknown>) => {
		const all = await withService(flags, io, (client) => client.overlayTokens.list());
		if (flags["json"] === true) io.out(JSON.stringify(all, null, 2));
		else if (all.length === 0) io.out(commandTexts.noTokens[io.language]);
		else io.out((await import("../format/tables.ts")).tokenTable(all, Date.now(), io.language));
	});
	addCommand(tokens, io);
	const remove = tokens.command("remove").description(helpTexts.tokenRemove[io.language]).argument("<id>");
	addConfigFlags(remove, io, clientOptions).action(async (id: string, _flags: unknown, command: Command) => {
		// Options may precede the name of a subcommand as well.
		await withService(command.optsWithGlobals(), io, (client) => client.overlayTokens.remove(id));
		io.out(`${io.paint("green", "✓")} ${commandTexts.tokenRevoked(id)[io.language]}`);
	});
}

function addCommand(tokens: Command, io: Io): void {
	const add = tokens
		.command("add")
		.description(helpTexts.tokenAdd[io.language])
		.requiredOption("--name <name>", helpTexts.tokenName[io.language])
		.option("--room <live_id>", helpTexts.tokenRoom[io.language]);
	addConfigFlags(add, io, clientOptions).action(async (_flags: unknown, command: Command) => {
		const flags = command.optsWithGlobals();
		const request = { name: flags["name"], live_id: flags["room"] };
		const made = await withService(flags, io, (client) => client.overlayTokens.create(request));
		if (flags["json"] === true) {
			io.out(JSON.stringify(made, null, 2));
			return;
		}
		const { id, live_id: liveId } = made.token;
		io.out(`${io.paint("green", "✓")} ${commandTexts.tokenMade(id, liveId ?? undefined)[io.language]}`);
		io.out(made.secret);
		io.out(io.paint("gray", commandTexts.tokenSecret[io.language]));
	});
}
