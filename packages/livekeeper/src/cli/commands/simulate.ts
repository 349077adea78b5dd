import type { GiftRule, IdMode, MessageRule, SiteKind, TotalsView } from "@livekeeper/simulator";
import { type Command, InvalidArgumentError, Option } from "commander";
import { commandTexts, helpTexts } from "../../text/index.ts";
import type { Io } from "../io.ts";

interface Flags {
	host: string;
	port: number;
	rooms: number;
	firstRoom: number;
	rate: number;
	seed: number;
	replay?: string;
	strict: boolean;
	site: SiteKind;
	gifts?: GiftRule;
	messages?: MessageRule;
	totals?: TotalsView["shown"];
	ids?: IdMode;
}

/** Real live ids have 8 to 12 digits, rarely more; the numbers of 10,000 rooms must stay exact. */
const maxFirstRoom = 1_000_000_000_000_000;

/** `simulate`: runs a simulated Douyin on this machine, to develop against without a live room. */
export function simulateCommand(program: Command, io: Io): void {
	program
		.command("simulate")
		.description(helpTexts.simulate[io.language])
		.option("--host <address>", helpTexts.simulateHost[io.language], "127.0.0.1")
		.option("--port <number>", helpTexts.simulatePort[io.language], whole(0, 65_535, io), 7002)
		.option("--rooms <number>", helpTexts.simulateRooms[io.language], whole(0, 10_000, io), 3)
		.option("--first-room <number>", helpTexts.simulateFirstRoom[io.language], whole(0, maxFirstRoom, io), 1001)
		.option("--rate <number>", helpTexts.simulateRate[io.language], (text) => positive(text, io), 5)
		.option("--seed <number>", helpTexts.simulateSeed[io.language], whole(0, Number.MAX_SAFE_INTEGER, io), 1)
		.option("--replay <folder>", helpTexts.simulateReplay[io.language])
		.option("--strict", helpTexts.simulateStrict[io.language], false)
		.addOption(
			new Option("--site <which>", helpTexts.simulateSite[io.language]).choices(["kind", "real"]).default("kind"),
		)
		.option("--gifts <all|first:n|none>", helpTexts.simulateGifts[io.language])
		.option("--messages <all|sampled:p|none>", helpTexts.simulateMessages[io.language])
		.addOption(
			new Option("--totals <which>", helpTexts.simulateTotals[io.language]).choices([
				"all",
				"tickets",
				"scores",
				"none",
			]),
		)
		.addOption(
			new Option("--ids <which>", helpTexts.simulateIds[io.language]).choices([
				"differ",
				"same",
				"new_envelope",
				"new_common",
				"no_envelope",
				"no_common",
			]),
		)
		.action(async (flags: Flags) => {
			const { replay, firstRoom, gifts, messages, totals, ...options } = flags;
			// Loaded only here, because it is a server of its own.
			const { startSimulator } = await import("@livekeeper/simulator");
			const simulator = await startSimulator({
				...options,
				firstLiveId: firstRoom,
				replay,
				identities: { gifts, messages },
				...(totals && { totals: { shown: totals } }),
			});
			const { language } = io;
			io.out(commandTexts.simulatorAt(io.paint("bold", simulator.url))[language]);
			for (const room of simulator.rooms) io.out(`  ${simulator.url}/${room.liveId}`);
			io.out(`  ${commandTexts.simulatorUse(simulator.url)[language]}`);
			io.out(`  ${commandTexts.simulatorFaults(`${simulator.url}/__sim/rooms`)[language]}`);
			const stop = () => void simulator.close().then(() => process.exit(0));
			process.once("SIGINT", stop);
			process.once("SIGTERM", stop);
		});
}

function whole(min: number, max: number, io: Pick<Io, "language">): (text: string) => number {
	return (text) => {
		const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
		if (value >= min && value <= max) return value;
		throw new InvalidArgumentError(commandTexts.range(min, max)[io.language]);
	};
}

function positive(text: string, io: Pick<Io, "language">): number {
	const value = Number(text);
	if (Number.isFinite(value) && value > 0 && value <= 10_000) return value;
	throw new InvalidArgumentError(commandTexts.rate[io.language]);
}
