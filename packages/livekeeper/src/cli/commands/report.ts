import { helpTexts } from "@livekeeper/base/text";
import type { Command } from "commander";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

/** `report`: summarises a broadcast in a few lines. */
export function reportCommand(program: Command, io: Io): void {
	const { language } = io;
	const command = program
		.command("report")
		.description(helpTexts.report[language])
		.argument("<live_id>", helpTexts.liveId[language])
		.argument("[broadcast]", helpTexts.broadcast[language])
		.option("--json", helpTexts.json[language]);
	type Flags = { json?: boolean } & Record<string, unknown>;
	addConfigFlags(command, io, clientOptions).action(
		async (liveId: string, roomId: string | undefined, flags: Flags) => {
			const report = await withService(flags, io, (client) => client.room(liveId).report(roomId));
			if (flags.json) return io.out(JSON.stringify(report, null, 2));
			const { reportText } = await import("../../reports/report-text.ts");
			io.out(reportText(report, language));
		},
	);
}
