import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import { serviceUrl } from "../../config.ts";
import { LivekeeperError } from "../../errors.ts";
import { commandFailures, helpTexts, screenTexts } from "../../text/index.ts";
import { type ApiClient, createApiClient } from "../api-client.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import { topScreen } from "../format/top-screen.ts";
import type { Io } from "../io.ts";
import { openScreen } from "../screen.ts";

/** How often the service is asked, ms. */
const everyMs = 1000;

/** `top`: all rooms, the worst first, as they are at each moment. */
export function topCommand(program: Command, io: Io): void {
	const top = program.command("top").description(helpTexts.top[io.language]);
	addConfigFlags(top, io, clientOptions).action(async (flags: Record<string, unknown>) => {
		const config = configOf(flags);
		const url = serviceUrl(config);
		const client = createApiClient({ url, apiKey: config.apiKey, language: io.language });
		// Before the screen is taken: a wrong address or key is told like anywhere else.
		await client.rooms();
		const screen = openScreen();
		if (!screen) {
			throw new LivekeeperError("invalid_request", commandFailures.noTerminal, {
				hint: commandFailures.noTerminalHint,
			});
		}
		try {
			while (!screen.closed.aborted) {
				screen.draw(await lines(client, url, { ...io, columns: screen.columns }, screen.rows));
				await pause(everyMs, undefined, { signal: screen.closed }).catch(() => undefined);
			}
		} finally {
			screen.close();
		}
	});
}

/** A service that is away is told of and asked again: the screen stays open all day. */
async function lines(client: ApiClient, url: string, io: Io, rows: number): Promise<string[]> {
	const now = Date.now();
	try {
		return topScreen(await client.rooms(), { now, io, rows, url });
	} catch (error) {
		if (!(error instanceof LivekeeperError)) throw error;
		return [io.paint("yellow", `! ${error.text[io.language]}`), screenTexts.asking[io.language]];
	}
}
