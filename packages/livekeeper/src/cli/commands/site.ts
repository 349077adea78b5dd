import { readFile } from "node:fs/promises";
import { LivekeeperError } from "@livekeeper/base/errors";
import { helpTexts, listTexts, siteTexts, verbatim } from "@livekeeper/base/text";
import type { Command } from "commander";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

type Flags = Record<string, unknown>;

/**
 * `site`: shows what is known of the site, and how it answers; `site profile` prints the built-in profile, to start a
 * file of one's own from; `site check FILE` checks such a file.
 */
export function siteCommands(program: Command, io: Io): void {
	const { language } = io;
	const show = program.command("site").description(helpTexts.site[language]).option("--json", helpTexts.json[language]);
	addConfigFlags(show, io, clientOptions).action(async (flags: Flags) => {
		const upstream = await withService(flags, io, (client) => client.upstream.get());
		const { siteReport } = await import("../format/site-report.ts");
		io.out(flags["json"] === true ? JSON.stringify(upstream, null, 2) : siteReport(upstream, Date.now(), io));
	});
	show
		.command("profile")
		.description(helpTexts.siteProfile[language])
		.action(async () => {
			const { builtInProfile } = await import("@livekeeper/douyin");
			io.out(JSON.stringify(builtInProfile, null, "\t"));
		});
	show
		.command("check")
		.description(helpTexts.siteCheck[language])
		.argument("<file>", helpTexts.siteFile[language])
		.action(async (file: string) => {
			const { problemsText, readProfile } = await import("../../site/index.ts");
			const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
				throw new LivekeeperError("invalid_site_profile", siteTexts.unreadable(error.code ?? String(error)));
			});
			const read = await readProfile(text);
			if ("problems" in read) throw new LivekeeperError("invalid_site_profile", problemsText(read.problems));
			const { version, date } = read.profile;
			io.out(listTexts.site.valid(verbatim(String(version)), verbatim(date))[language]);
		});
}
