import type { Command } from "commander";
import { serviceUrl } from "../../config.ts";
import { commandTexts, helpTexts } from "../../text/index.ts";
import { createApiClient } from "../api-client.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import { giftTable } from "../format/gift-table.ts";
import type { Io } from "../io.ts";

/** `gifts`. */
export function giftsCommand(program: Command, io: Io): void {
	const { language } = io;
	const command = program
		.command("gifts")
		.description(helpTexts.gifts[language])
		.option("--json", helpTexts.json[language]);
	addConfigFlags(command, io, clientOptions).action(async (flags: Record<string, unknown>) => {
		const config = configOf(flags);
		const gifts = await createApiClient({ url: serviceUrl(config), apiKey: config.apiKey, language }).gifts();
		if (flags["json"] === true) io.out(JSON.stringify(gifts, null, 2));
		else if (gifts.length === 0) io.out(commandTexts.noGifts[language]);
		else io.out(giftTable(gifts, Date.now(), language));
	});
}
