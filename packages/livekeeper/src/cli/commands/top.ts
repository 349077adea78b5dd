import { setTimeout as pause } from "node:timers/promises";
import { LivekeeperError } from "@livekeeper/base/errors";
import { commandFailures, helpTexts, screenTexts } from "@livekeeper/base/text";
import type { LivekeeperClient } from "@livekeeper/client";
import type { Command } from "commander";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { openScreen } from "../screen.ts";
import { commandFailure, withService } from "../with-service.ts";

/** Interval of requests to the service, ms. */
const everyMs = 1000;

/** `top`: shows all rooms, worst first, continuously. */
export function topCommand(program: Command, io: Io): void {
	const top = program.command("top").description(helpTexts.top[io.language]);
	addConfigFlags(top, io, clientOptions).action((flags: Record<string, unknown>) =>
		withService(flags, io, (client, url) => show(client, url, io)),
	);
}

async function show(client: LivekeeperClient, url: string, io: Io): Promise<void> {
	// Before the screen is opened, so a wrong address or key is reported as in every command.
	await client.rooms.list();
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
}

/** Reports an unreachable service and keeps asking it, because the screen may stay open all day. */
async function lines(client: LivekeeperClient, url: string, io: Io, rows: number): Promise<string[]> {
	const now = Date.now();
	try {
		const { topScreen } = await import("../format/top-screen.ts");
		return topScreen(await client.rooms.list(), { now, io, rows, url });
	} catch (error) {
		const failure = commandFailure(error, url);
		if (!(failure instanceof LivekeeperError)) throw failure;
		return [io.paint("yellow", `! ${failure.text[io.language]}`), screenTexts.asking[io.language]];
	}
}
