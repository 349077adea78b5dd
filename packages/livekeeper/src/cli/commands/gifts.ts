import { commandTexts, helpTexts } from "@livekeeper/base/text";
import type { Command } from "commander";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

/** `gifts`: lists known gifts. */
export function giftsCommand(program: Command, io: Io): void {
	const { language } = io;
	const command = program
		.command("gifts")
		.description(helpTexts.gifts[language])
		.option("--json", helpTexts.json[language]);
	addConfigFlags(command, io, clientOptions).action(async (flags: Record<string, unknown>) => {
		const gifts = await withService(flags, io, (client) => client.gifts());
		if (flags["json"] === true) io.out(JSON.stringify(gifts, null, 2));
		else if (gifts.length === 0) io.out(commandTexts.noGifts[language]);
		else io.out((await import("../format/gift-table.ts")).giftTable(gifts, Date.now(), language));
	});
}
