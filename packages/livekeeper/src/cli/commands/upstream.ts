import { readFile } from "node:fs/promises";
import { LivekeeperError } from "@livekeeper/base/errors";
import { verbatim } from "@livekeeper/base/text";
import type { LivekeeperClient, TriedAgain, Upstream } from "@livekeeper/client";
import { siteTexts } from "@livekeeper/targets/text";
import type { Command } from "commander";
import { commandTexts, helpTexts, listTexts } from "../../text/index.ts";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import { until } from "../format/age.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

type Flags = Record<string, unknown>;

/** Interval and maximum time of requests for the result of a probe, ms. */
const everyMs = 1000;
const patienceMs = 20_000;

const { lookups } = listTexts;

/** `upstream`: shows the state of look-ups; `upstream passed`: reports that a person has passed the site's slider. */
export function upstreamCommands(program: Command, io: Io): void {
	const show = program
		.command("upstream")
		.description(helpTexts.upstream[io.language])
		.option("--json", helpTexts.json[io.language]);
	addConfigFlags(show, io, clientOptions).action(async (flags: Flags) => {
		const upstream = await withService(flags, io, (client) => client.upstream.get());
		const { upstreamTable } = await import("../format/tables.ts");
		io.out(flags["json"] === true ? JSON.stringify(upstream, null, 2) : upstreamTable(upstream, Date.now(), io));
	});
	const passed = show
		.command("passed")
		.description(helpTexts.upstreamPassed[io.language])
		.argument("[exit]", helpTexts.exit[io.language]);
	addConfigFlags(passed, io, clientOptions).action(async (exit: string | undefined, _: Flags, command: Command) => {
		// Options that `upstream` has as well are parsed as its own.
		await withService(command.optsWithGlobals(), io, async (client) => {
			const answer = await client.upstream.passed({ exit });
			if (answer.tried.length === 0) return io.out(lookups.nothingRefused[io.language]);
			io.out(lookups.tried(answer.tried.map((exit) => lookups.exit(exit)))[io.language]);
			await showOutcomes(client, answer, io);
		});
	});
}

/** Prints the result of each exit's probe once it is known. */
async function showOutcomes(client: LivekeeperClient, { tried, upstream: before }: TriedAgain, io: Io): Promise<void> {
	const { probeOutcome } = await import("@livekeeper/client");
	const waiting = new Set(tried);
	for (let waitedMs = 0; waiting.size > 0 && waitedMs <= patienceMs; waitedMs += everyMs) {
		if (waitedMs > 0) await new Promise((resolve) => setTimeout(resolve, everyMs));
		const after = await client.upstream.get();
		for (const exit of waiting) {
			const outcome = probeOutcome(before, after, exit);
			if (outcome === "waiting") continue;
			waiting.delete(exit);
			const name = lookups.exit(exit);
			const [style, sign, text] =
				outcome === "works"
					? (["green", "✓", lookups.worksAgain(name)] as const)
					: (["yellow", "!", lookups.stillRefused(name, verbatim(nextTry(after, exit, io)))] as const);
			io.out(`${io.paint(style, sign)} ${text[io.language]}`);
		}
	}
	for (const exit of waiting) io.out(lookups.notAnswered(lookups.exit(exit))[io.language]);
}

function nextTry({ exits }: Upstream, exit: string, { language }: Io): string {
	const ways = exits.find(({ name }) => name === exit)?.ways ?? [];
	const times = ways.flatMap(({ state, until }) => (state === "rests" && until !== null ? until : []));
	return until(times.length > 0 ? Math.min(...times) : null, Date.now(), language);
}

/**
 * `site`: shows what is known of the site, and how it answers; `site profile` prints the built-in profile, to start a
 * file of one's own from; `site check FILE` checks such a file.
 */
export function siteCommands(program: Command, io: Io): void {
	const { language } = io;
	const show = program.command("site").description(helpTexts.site[language]).option("--json", helpTexts.json[language]);
	addConfigFlags(show, io, clientOptions).action(async (flags: Flags) => {
		const upstream = await withService(flags, io, (client) => client.upstream.get());
		const { siteReport } = await import("../format/tables.ts");
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
		else io.out((await import("../format/tables.ts")).giftTable(gifts, Date.now(), language));
	});
}
